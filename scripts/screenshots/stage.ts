import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { transformWithOxc } from 'vite';
import type { Destination } from '../../protocol/ipc/bridge.ts';
import type { CommandName } from '../../protocol/ipc/commands.ts';
import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import { removeFolder } from '../../test/support/folder.ts';
import { launchElectron } from '../../test/support/launch-electron.ts';
import { type Play, playMain } from './fake-main.ts';
import type { Scene } from './scene.ts';
import { LONG_TIMER_MS, settling, watchTimers } from './settled.ts';
import { NOW } from './world/moments.ts';

/** How long anything on a page may take to come, ms. */
const PATIENCE_MS = 15_000;

/** Commands that only look. */
const LOOKS = new Set<CommandName>([
  'snapshot.show',
  'drafts.show',
  'drafts.keep',
  'requests.dryRun',
  'requests.facts',
  'native.list',
  'about.show',
  'about.licences',
]);

interface StageOptions {
  executable: string;
  /** DISPLAY of its screen. */
  display: string;
  /** Folder with the built pages. */
  renderer: string;
  /** Pixels of the screen for each of the page; 1 unless given. */
  scale?: number;
}

/** A window in which scenes are shown, one after the other. */
export interface Stage {
  page: Page;
  /** Shows a scene from its beginning, in one colour scheme. */
  show(scene: Scene, colorScheme: 'light' | 'dark'): Promise<Page>;
  dispose(): Promise<void>;
}

/** Opens the window, in a profile of its own. */
export async function openStage({ executable, display, renderer, scale = 1 }: StageOptions): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-stage-'));
  await mkdir(join(folder, 'shell'));
  const source = await readFile(join(import.meta.dirname, 'shell.ts'), 'utf8');
  const { code } = await transformWithOxc(source, 'shell.ts', { sourcemap: false });
  await writeFile(join(folder, 'shell/main.js'), code);
  await writeFile(
    join(folder, 'shell/package.json'),
    JSON.stringify({ name: 'stage', type: 'module', main: 'main.js' }),
  );
  const running = await launchElectron({
    executablePath: executable,
    args: [
      `--user-data-dir=${join(folder, 'profile')}`,
      `--force-device-scale-factor=${scale}`,
      join(folder, 'shell'),
      renderer,
    ],
    env: { ...(process.env as Record<string, string>), DISPLAY: display, TZ: 'Europe/Berlin' },
  });
  const page = await running.application.firstWindow();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => console.error(error.message));
  // tsx keeps the names of functions by a helper of its own, which is not there in the page.
  await page.addInitScript('globalThis.__name = (named) => named');
  await page.addInitScript(watchTimers, LONG_TIMER_MS);
  await page.clock.setFixedTime(NOW);
  const settle = settling(page);
  const playNext = await playing(page);
  return {
    page,
    async show(scene, colorScheme) {
      const [width, height] = scene.size ?? (scene.window === 'terminal' ? [900, 560] : [420, 640]);
      await running.application.evaluate(
        ({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h),
        [width, height] as const,
      );
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Where nothing is: a picture shows nobody's pointer.
      await page.mouse.move(0, 0);
      await playNext({ snapshot: scene.snapshot, answers: scene.answers ?? {}, output: scene.output ?? {} });
      await load(page, `app://sallyport/index.html#${scene.window ?? 'popover'}`);
      if (scene.at !== undefined) {
        await settle();
        await go(page, scene.at);
        await settle();
      }
      await scene.act?.(page);
      await settle();
      return page;
    },
    async dispose() {
      await running.close();
      await removeFolder(folder);
    },
  };
}

/**
 * Loads a page anew and waits until it draws something of its own. Once in some hundred times, on a busy computer, a stage
 * drew nothing; why is not known, so what was there instead is told, and it is loaded once more.
 * @throws Error with what there is instead
 */
async function load(page: Page, address: string, again = true): Promise<void> {
  await page.goto('about:blank');
  await page.goto(address);
  try {
    await page.locator('main').first().waitFor();
  } catch (cause) {
    const there = await page.evaluate(() => `${document.readyState}: ${document.documentElement.outerHTML}`);
    const error = new Error(`Nothing was drawn at ${page.url()}, ${there.slice(0, 2_000)}`, { cause });
    if (!again) throw error;
    console.error(error.message);
    await load(page, address, false);
  }
}

/** Has main played to the next document, and to no other after it: a script too many would run for every scene. */
async function playing(page: Page): Promise<(play: Play) => Promise<void>> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Page.enable');
  let last: string | undefined;
  return async (play) => {
    if (last !== undefined) await devTools.send('Page.removeScriptToEvaluateOnNewDocument', { identifier: last });
    const source = `(${playMain})(${JSON.stringify(play)})`;
    last = (await devTools.send('Page.addScriptToEvaluateOnNewDocument', { source })).identifier;
  };
}

/** Leads the page somewhere as main would. */
async function go(page: Page, destination: Destination): Promise<void> {
  await page.evaluate((to) => (window as unknown as { playNavigate(d: unknown): void }).playNavigate(to), destination);
}

/** What the page has asked main to do so far, in order, but for looking things up. */
export async function sentBy(page: Page): Promise<[CommandName, unknown][]> {
  const sent = await page.evaluate(() => (window as unknown as { playSent: [CommandName, unknown][] }).playSent);
  return sent.filter(([name]) => !LOOKS.has(name));
}

/** Tells the page something new, as main would. */
export async function tell(page: Page, part: Partial<Snapshot>): Promise<void> {
  await page.evaluate((next) => (window as unknown as { playSnapshot(d: unknown): void }).playSnapshot(next), part);
}
