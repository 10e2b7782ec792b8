import { setTimeout as pause } from 'node:timers/promises';
import type { ElectronApplication } from '@playwright/test';
import { Desktop } from '../../test/support/desktop/desktop.ts';
import type { TrayItem } from '../../test/support/desktop/tray-item.ts';
import { launchElectron } from '../../test/support/launch-electron.ts';
import { proportionalMegabytes } from '../memory.ts';
import type { Contender, Stage } from './stage.ts';

export interface Popover {
  /** From the first click on the icon until the window is shown and has painted something. */
  openMs: number;
  /** From a later click until the hidden window is shown again; the middle one of five. */
  reshowMs: number;
  /** Of all processes, with the popover open. */
  pssMb: number;
}

const RESHOWS = 5;

export async function popover(
  { executable, display }: Stage,
  contender: Contender,
  settleMs: number,
): Promise<Popover> {
  const desktop = await Desktop.start();
  const running = await launchElectron({
    executablePath: executable,
    args: [`--user-data-dir=${contender.profile}`, ...contender.args],
    env: { ...(process.env as Record<string, string>), ...desktop.env, DISPLAY: display },
  });
  const { application, child } = running;
  try {
    const item = await desktop.tray.item();
    const openMs = await firstOpening(application, item);
    await pause(settleMs);
    const pssMb = await proportionalMegabytes(child.pid ?? 0);
    const reshows: number[] = [];
    for (let i = 0; i < RESHOWS; i++) reshows.push(await reshow(application, item));
    return { openMs, pssMb, reshowMs: reshows.sort((a, b) => a - b)[Math.floor(RESHOWS / 2)] ?? Number.NaN };
  } finally {
    await running.close();
    await desktop.dispose();
  }
}

async function firstOpening(application: ElectronApplication, item: TrayItem): Promise<number> {
  const shownAt = await watchForWindow(application);
  const [page] = await Promise.all([
    application.waitForEvent('window'),
    (async () => {
      await noteClick(application);
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
  return Math.max(await shownAt(), paintedAt) - (await clickedAt(application));
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

/** Hides the window as its user does, and clicks the icon again. */
async function reshow(application: ElectronApplication, item: TrayItem): Promise<number> {
  await application.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.hide();
    (globalThis as { shown?: Promise<number> }).shown = new Promise<number>((resolve) => {
      window?.once('show', () => resolve(Date.now()));
    });
  });
  await noteClick(application);
  await item.click();
  const shownAt = await application.evaluate(() => (globalThis as { shown?: Promise<number> }).shown ?? Number.NaN);
  return shownAt - (await clickedAt(application));
}

function noteClick(application: ElectronApplication): Promise<void> {
  return application.evaluate(() => {
    (globalThis as { clickedAt?: number }).clickedAt = Date.now();
  });
}

function clickedAt(application: ElectronApplication): Promise<number> {
  return application.evaluate(() => (globalThis as { clickedAt?: number }).clickedAt ?? 0);
}
