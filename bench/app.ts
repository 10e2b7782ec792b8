// What the app costs a person's computer, beside the smallest Electron tray app on the same Electron.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ElectronApplication } from '@playwright/test';
import { transformWithOxc } from 'vite';
import { buildAll } from '../scripts/build.ts';
import { startDisplay } from '../scripts/display.ts';
import { electronRuntime } from '../scripts/electron-runtime.ts';
import { ROOT } from '../scripts/folders.ts';
import { startProgram } from '../scripts/processes.ts';
import { Desktop } from '../test/support/desktop/desktop.ts';
import { launchElectron } from '../test/support/launch-electron.ts';
import { type Bench, median } from './bench.ts';
import { proportionalMegabytes } from './memory.ts';

/** What a started app does in its first seconds (caches, garbage) is over by then. */
const SETTLE_MS = { quick: 2_000, full: 5_000 };

interface Contender {
  args: readonly string[];
  profile: string;
}

interface Stage {
  executable: string;
  display: string;
}

export const bench: Bench = {
  name: 'app',
  async run({ quick }, emit) {
    if (process.platform !== 'linux') throw new Error('it counts memory by /proc, which only Linux has.');
    const runs = quick ? 3 : 9;
    const settleMs = quick ? SETTLE_MS.quick : SETTLE_MS.full;
    const runtime = await electronRuntime();
    await buildAll();
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
    // A copy of its own: pages shared with another Electron on this machine would count as half a page each.
    await cp(dirname(runtime.executable), join(folder, 'electron'), { recursive: true });
    const executable = join(folder, 'electron', basename(runtime.executable));
    const display = await startDisplay();
    try {
      const stage = { executable, display: display.name };
      const ours = { args: [ROOT, '--hidden'], profile: join(folder, 'ours') };
      const bare = { args: [await bareApp(folder)], profile: join(folder, 'bare') };
      // Once for each to fill the caches of disk and profile; what is measured is an ordinary morning, not the first.
      for (const contender of [ours, bare]) await trayOnly(stage, contender, 0);

      const tray = await inTurn(runs, [ours, bare], (contender) => trayOnly(stage, contender, settleMs));
      const popover = await inTurn(runs, [ours, bare], (contender) => firstPopover(stage, contender));
      const report = (metric: string, unit: string, mine: number[], theirs: number[]) =>
        emit({
          metric,
          value: median(mine),
          unit,
          ours: median(mine),
          baseline: median(theirs),
          runs,
          min: Math.min(...mine),
          max: Math.max(...mine),
        });
      const [mine, theirs] = tray;
      report('tray_ready_ms', 'ms', mine.map(ready), theirs.map(ready));
      report('pss_tray_mb', 'MB', mine.map(pss), theirs.map(pss));
      report('popover_open_ms', 'ms', ...popover);
    } finally {
      await display.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const ready = ({ readyMs }: TrayOnly) => readyMs;
const pss = ({ pssMb }: TrayOnly) => pssMb;

/** Runs both alternately, so that whatever else the machine does falls on both. */
async function inTurn<T>(
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

interface TrayOnly {
  /** From the start of the program to its icon's arrival in the tray. */
  readyMs: number;
  /** Of all its processes, with no window open. */
  pssMb: number;
}

async function trayOnly({ executable, display }: Stage, contender: Contender, settleMs: number): Promise<TrayOnly> {
  const desktop = await Desktop.start();
  const env = { ...process.env, ...desktop.env, DISPLAY: display };
  const started = performance.now();
  const args = ['--no-sandbox', `--user-data-dir=${contender.profile}`, ...contender.args];
  const program = startProgram(executable, args, { env, stdio: 'ignore' });
  try {
    await desktop.tray.item();
    const readyMs = performance.now() - started;
    await pause(settleMs);
    return { readyMs, pssMb: await proportionalMegabytes(program.child.pid ?? 0) };
  } finally {
    await program.stop();
    await desktop.dispose();
  }
}

/** From the click on the icon until the window is shown and has painted something, ms. */
async function firstPopover({ executable, display }: Stage, contender: Contender): Promise<number> {
  const desktop = await Desktop.start();
  const running = await launchElectron({
    executablePath: executable,
    args: [`--user-data-dir=${contender.profile}`, ...contender.args],
    env: { ...(process.env as Record<string, string>), ...desktop.env, DISPLAY: display },
  });
  const { application } = running;
  try {
    const item = await desktop.tray.item();
    const shownAt = await watchForWindow(application);
    const [page] = await Promise.all([
      application.waitForEvent('window'),
      (async () => {
        await application.evaluate(() => {
          (globalThis as { clickedAt?: number }).clickedAt = Date.now();
        });
        await item.click();
      })(),
    ]);
    const paintedAt = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => {
            const paint = list.getEntriesByName('first-contentful-paint')[0];
            if (paint) resolve(performance.timeOrigin + paint.startTime);
          }).observe({ type: 'paint', buffered: true });
        }),
    );
    const clickedAt = await application.evaluate(() => (globalThis as { clickedAt?: number }).clickedAt ?? 0);
    return Math.max(await shownAt(), paintedAt) - clickedAt;
  } finally {
    await running.close();
    await desktop.dispose();
  }
}

/** Notes in the app when its first window is shown (epoch ms); gives the way to ask for it. */
async function watchForWindow(application: ElectronApplication): Promise<() => Promise<number>> {
  await application.evaluate(({ app }) => {
    const shown = new Promise<number>((resolve) => {
      app.once('browser-window-created', (_event, window) => window.once('show', () => resolve(Date.now())));
    });
    (globalThis as { shown?: Promise<number> }).shown = shown;
  });
  return () => application.evaluate(() => (globalThis as { shown?: Promise<number> }).shown ?? Number.NaN);
}

async function bareApp(folder: string): Promise<string> {
  const into = join(folder, 'bare-app');
  await mkdir(into);
  const source = await readFile(join(import.meta.dirname, 'bare-tray-app/main.ts'), 'utf8');
  await writeFile(join(into, 'main.js'), (await transformWithOxc(source, 'main.ts', { sourcemap: false })).code);
  await writeFile(join(into, 'package.json'), JSON.stringify({ name: 'bare', type: 'module', main: 'main.js' }));
  return into;
}
