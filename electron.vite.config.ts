import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import mantine from 'postcss-preset-mantine';
import simpleVars from 'postcss-simple-vars';
import { dependencies } from './package.json';
import { recordBundledPackages } from './scripts/bundled-packages.ts';
import { namedImportsExist } from './scripts/named-imports.ts';
import { fetchEarly, withoutSchemas } from './scripts/page-build.ts';

const root = import.meta.dirname;

// The oldest runtime the app runs on (the development fallback), whichever Electron is installed here.
const NODE = 'node20.18';
const CHROME = 'chrome130';

/** Mantine's breakpoints, which CSS modules use by name. */
const BREAKPOINTS = { xs: '36em', sm: '48em', md: '62em', lg: '75em', xl: '88em' };
const breakpointVariables = Object.fromEntries(
  Object.entries(BREAKPOINTS).map(([name, width]) => [`mantine-breakpoint-${name}`, width]),
);

export default defineConfig({
  main: {
    plugins: [namedImportsExist(Object.keys(dependencies)), recordBundledPackages()],
    build: {
      target: NODE,
      lib: { entry: resolve(root, 'main/index.ts'), formats: ['es'] },
      rolldownOptions: { output: { entryFileNames: 'index.js' } },
    },
  },
  preload: {
    plugins: [recordBundledPackages()],
    build: {
      target: NODE,
      // A sandboxed preload can be neither an ES module nor several files.
      lib: { entry: resolve(root, 'preload/index.ts'), formats: ['cjs'] },
      rolldownOptions: { output: { entryFileNames: 'index.cjs', codeSplitting: false } },
    },
  },
  renderer: {
    root: resolve(root, 'renderer'),
    plugins: [react(), withoutSchemas(), fetchEarly('/renderer/popover/popover.tsx'), recordBundledPackages()],
    css: { postcss: { plugins: [mantine(), simpleVars({ variables: breakpointVariables })] } },
    build: {
      target: CHROME,
      minify: 'oxc',
      // Vite's hints are for a network; ours are fetchEarly's.
      modulePreload: false,
      rolldownOptions: { input: resolve(root, 'renderer/index.html') },
    },
  },
});
