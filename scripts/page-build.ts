import type { Plugin } from 'vite';

const STAND_IN = '\0no-schemas';

/**
 * Leaves zod out of the pages. They share the pure rules of protocol/ with main, and with them come its schemas; but what
 * a page is told main has parsed, and what a page sends main parses. It is a sixth of what the popover waits for. What a
 * schema is made of becomes nothing; a page that would run one all the same hears of it at once.
 */
export function withoutSchemas(): Plugin {
  return {
    name: 'without-schemas',
    enforce: 'pre',
    resolveId: (id) => (id === 'zod' ? STAND_IN : undefined),
    load: (id) => (id === STAND_IN ? STAND_IN_CODE : undefined),
  };
}

const STAND_IN_CODE = `
const refuse = () => {
  throw new Error('A page runs no schema: main parses.');
};
const schema = new Proxy(() => undefined, {
  get: (_target, name) => (/parse/i.test(String(name)) ? refuse : schema),
  apply: () => schema,
});
export const z = schema;
`;

/**
 * Has the browser fetch what one lazily loaded module needs while the entry is still on its way, and not after it: each
 * file of our scheme takes a turn of main.
 * @param module end of the module's path, e.g. "/popover/popover.tsx"
 */
export function fetchEarly(module: string): Plugin {
  return {
    name: 'fetch-early',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
        const wanted = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(module));
        if (wanted === undefined) throw new Error(`no chunk of its own holds ${module}`);
        // The entry is there already, by its own script element.
        const files = [wanted.fileName, ...wanted.imports].filter(
          (file) => !chunks.some((chunk) => chunk.fileName === file && chunk.isEntry),
        );
        return files.map((file) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` },
          injectTo: 'head' as const,
        }));
      },
    },
  };
}
