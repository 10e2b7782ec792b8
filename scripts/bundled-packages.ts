import type { Plugin } from 'vite';

/** The record that each bundle leaves beside it. */
export const BUNDLED_PACKAGES = 'bundled-packages.json';

/**
 * Records which packages of node_modules a bundle has taken in, as their folders under the root: whoever hands the bundle
 * on owes their authors a notice.
 */
export function recordBundledPackages(): Plugin {
  return {
    name: 'sallyport:bundled-packages',
    apply: 'build',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((one) => (one.type === 'chunk' ? one.moduleIds : []));
      // What a stylesheet is made of is an asset by now, but its name is still among the modules that were read.
      const styles = [...this.getModuleIds()].filter((id) => /\.css(\?|$)/.test(id));
      const folders = [...modules, ...styles].flatMap((id) => packageFolder(id) ?? []);
      const source = `${JSON.stringify([...new Set(folders)].sort(), null, 2)}\n`;
      this.emitFile({ type: 'asset', fileName: BUNDLED_PACKAGES, source });
    },
  };
}

/** The package's folder, from the last node_modules/ on; undefined for what is no package's file. */
function packageFolder(id: string): string | undefined {
  return /.*(?:^|[/\0])(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
}
