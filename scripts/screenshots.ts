// Pictures of every page and state, light and dark, in out/screenshots/. `--only PREFIX` takes those whose name begins so;
// `--renderer FOLDER` shows pages that were built elsewhere.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAll } from './build.ts';
import { startDisplay } from './display.ts';
import { electronRuntime } from './electron-runtime.ts';
import { ROOT } from './folders.ts';
import { scenes } from './screenshots/scenes.ts';
import { openStage } from './screenshots/stage.ts';
import { ensureSystemLibraries } from './system-libraries.ts';

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at === -1 ? undefined : process.argv[at + 1];
};
const only = argument('--only') ?? '';
const into = argument('--into') ?? join(ROOT, 'out/screenshots');

ensureSystemLibraries(['desktop', 'display']);
const { executable } = await electronRuntime();
const given = argument('--renderer');
if (given === undefined) await buildAll();
const display = await startDisplay();
if (only === '') await rm(into, { recursive: true, force: true });
await mkdir(into, { recursive: true });
const renderer = given ?? join(ROOT, 'out/renderer');
const stage = await openStage({ executable, display: display.name, renderer, scale: 2 });
let failed = 0;
try {
  for (const scene of scenes.filter(({ name }) => name.startsWith(only))) {
    for (const scheme of ['light', 'dark'] as const) {
      const path = join(into, `${scene.name}-${scheme}.png`);
      try {
        const page = await stage.show(scene, scheme);
        await page.screenshot({ path });
        console.error(path);
      } catch (error) {
        failed += 1;
        console.error(`${scene.name} (${scheme}): ${String(error).split('\n').slice(0, 4).join(' ')}`);
      }
    }
  }
} finally {
  await stage.dispose();
  await display.dispose();
}
process.exitCode = failed === 0 ? 0 : 1;
