import type { Plugin } from 'vite';

/**
 * Fails the build when a bundle imports by name what a CommonJS package does not give by name: Node sees only some of
 * such a package's exports, and would say so when the program starts. Test runners are more forgiving than Node.
 * @param packages the packages that stay outside of the bundle
 */
export function namedImportsExist(packages: readonly string[]): Plugin {
  return {
    name: 'sallyport:named-imports',
    apply: 'build',
    async generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const { names, from } of namedImports(chunk.code)) {
          if (!packages.includes(from)) continue;
          const given = Object.keys((await import(from)) as object);
          const missing = names.filter((name) => !given.includes(name));
          if (missing.length === 0) continue;
          this.error(
            `${missing.join(', ')} cannot be imported from ${from} by name, because it is CommonJS: ` +
              `import its default export and take ${missing.join(', ')} from that.`,
          );
        }
      }
    },
  };
}

function namedImports(code: string): { names: string[]; from: string }[] {
  const statements = code.matchAll(/^import (?:\w+, )?\{([^}]*)\} from ["']([^"']+)["']/gm);
  return [...statements].map(([, list = '', from = '']) => ({
    names: list.split(',').flatMap((item) => item.trim().split(' as ')[0]?.trim() || []),
    from,
  }));
}
