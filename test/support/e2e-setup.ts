// Runs once before the end-to-end tests: what they start is built, and there is something to draw on.
import type { TestProject } from 'vitest/node';
import { buildAll } from '../../scripts/build.ts';
import { startDisplay } from '../../scripts/display.ts';
import { electronRuntime } from '../../scripts/electron-runtime.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The Electron that runs the app and the browsers. */
    executable: string;
    /** DISPLAY of the screen that everybody shares. */
    display: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { executable } = await electronRuntime();
  await buildAll();
  const display = await startDisplay();
  project.provide('executable', executable);
  project.provide('display', display.name);
  return () => display.dispose();
}
