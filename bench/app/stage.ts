import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { transformWithOxc } from 'vite';
import { buildAll } from '../../scripts/build.ts';
import { startDisplay } from '../../scripts/display.ts';
import { electronRuntime } from '../../scripts/electron-runtime.ts';
import { removeFolder } from '../../test/support/folder.ts';
import { packApp } from './packaged.ts';

/** An app to be measured: where it lies, what it is given, and the profile it keeps between runs. */
export interface Contender {
  args: readonly string[];
  profile: string;
}

/** What both run on: an Electron of their own, a display, and the two apps. */
export interface Stage {
  executable: string;
  display: string;
  folder: string;
  /** The packed app. */
  app: string;
  ours: Contender;
  /** The smallest tray app there is. */
  bare: Contender;
  /** The smallest page that answers a key. */
  barePage: Contender;
  dispose(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const runtime = await electronRuntime();
  await buildAll();
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
  // A copy of its own: pages shared with another Electron on this machine would count as half a page each.
  await cp(dirname(runtime.executable), join(folder, 'electron'), { recursive: true });
  const display = await startDisplay();
  const app = await packApp(folder);
  return {
    executable: join(folder, 'electron', basename(runtime.executable)),
    display: display.name,
    folder,
    app,
    ours: { args: [app, '--hidden'], profile: join(folder, 'ours') },
    bare: { args: [await bareApp(folder, 'bare-tray-app')], profile: join(folder, 'bare') },
    barePage: { args: [await bareApp(folder, 'bare-page-app')], profile: join(folder, 'bare-page') },
    async dispose() {
      await display.dispose();
      await removeFolder(folder);
    },
  };
}

/** Runs both alternately, so that whatever else the machine does falls on both. */
export async function inTurn<T>(
  runs: number,
  [ours, theirs]: readonly [Contender, Contender],
  measure: (contender: Contender) => Promise<T>,
): Promise<[ours: T[], theirs: T[]]> {
  const results: [T[], T[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    results[0].push(await measure(ours));
    results[1].push(await measure(theirs));
  }
  return results;
}

async function bareApp(folder: string, name: 'bare-tray-app' | 'bare-page-app'): Promise<string> {
  const into = join(folder, name);
  await mkdir(into);
  const source = await readFile(join(import.meta.dirname, '..', name, 'main.ts'), 'utf8');
  await writeFile(join(into, 'main.js'), (await transformWithOxc(source, 'main.ts', { sourcemap: false })).code);
  await writeFile(join(into, 'package.json'), JSON.stringify({ name: 'bare', type: 'module', main: 'main.js' }));
  return into;
}
