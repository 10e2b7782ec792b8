import { randomBytes } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { processGone } from '../../test/support/process-watch.ts';
import type { Area, XScreen } from '../../test/support/x-screen.ts';
import type { Desk } from './desk.ts';

const LINE = 100;
const ECHOES = 40;
/** Height of the first line of any terminal, pixels. */
const ONE_LINE = 24;

/** A terminal to be measured: a window on the display with a shell of the target in it. */
export interface Shell {
  screen: XScreen;
  window: number;
  /** Where its first lines are drawn. */
  area: Area;
  /** Names its files. */
  name: string;
}

/** Waits for the prompt, and hands the keyboard to the window. */
export async function settle({ screen, window, area }: Shell): Promise<void> {
  await pause(500);
  screen.focus(window);
  await screen.still(window, area, 300);
}

/** How fast text is drawn, MB/s: from the start of `cat` on the target until the terminal has answered after it. */
export async function throughput(desk: Desk, shell: Shell, megabytes: number): Promise<number> {
  const [text, script, result] = ['text', 'a', `rate-${shell.name}`].map((name) => join(desk.folder, name)) as [
    string,
    string,
    string,
  ];
  await makeText(text, megabytes);
  // The cursor's position is asked for after the text: a terminal answers when it has taken in all that came before.
  const answer = `printf '\\033[6n'; IFS= read -rsd R _`;
  await writeFile(script, `s=$(date +%s%N); cat ${text}; ${answer}; e=$(date +%s%N); echo $((e-s)) > ${result}\n`);
  await settle(shell);
  await shell.screen.type(`bash ${script}`);
  const nanoseconds = Number(await arrival(result, 120_000));
  await rm(result);
  return (megabytes * 1e9) / nanoseconds;
}

/** Lines as any log has them; written once for all runs. */
async function makeText(path: string, megabytes: number): Promise<void> {
  const lines = (megabytes * 1e6) / LINE;
  if ((await sizeOf(path)) === lines * LINE) return;
  const line = () =>
    randomBytes(LINE)
      .toString('base64')
      .slice(0, LINE - 1);
  await writeFile(
    path,
    Array.from({ length: lines }, () => `${line()}\n`),
  );
}

/** From a key to its letter on the display, ms: of the first line of a shell. */
export async function echoes(shell: Shell): Promise<number[]> {
  await settle(shell);
  await shell.screen.type('clear');
  const taken = await lettersSeen(shell);
  shell.screen.press('c', ['Control']);
  return taken;
}

/** From a key to any change in the first line, ms. */
export async function lettersSeen({ screen, window, area }: Shell): Promise<number[]> {
  // One line of pixels, not more: who reads many of them keeps the X server from drawing.
  const line = { ...area, height: Math.min(area.height, ONE_LINE) };
  const taken: number[] = [];
  for (let i = 0; i < ECHOES; i++) {
    const before = await screen.still(window, line, 60);
    const pressed = screen.press('a');
    taken.push((await screen.changed(window, line, before)) - pressed);
  }
  return taken;
}

/** From Ctrl-C to the end of a `yes` that has filled the terminal for a second, ms. */
export async function floodCtrlC(desk: Desk, shell: Shell): Promise<number> {
  const { screen } = shell;
  const [script, pidFile] = [join(desk.folder, 'b'), join(desk.folder, `pid-${shell.name}`)];
  await rm(pidFile, { force: true });
  await writeFile(script, `echo $$ > ${pidFile}; exec yes 'it goes on and on'\n`);
  await settle(shell);
  await shell.screen.type(`bash ${script}`);
  const pid = Number(await arrival(pidFile, 5_000));
  await pause(1_000);
  const gone = processGone(pid, 30_000);
  const pressed = Date.now();
  screen.press('c', ['Control']);
  return (await gone) - pressed;
}

/** The process id of the shell in a terminal, as it says itself. Typed again until it is there to hear it. */
export async function shellPid(desk: Desk, shell: Shell): Promise<number> {
  const [script, pidFile] = [join(desk.folder, 'c'), join(desk.folder, `shell-${shell.name}`)];
  await rm(pidFile, { force: true });
  await writeFile(script, `echo $PPID > ${pidFile}\n`);
  for (let tries = 0; tries < 25; tries++) {
    shell.screen.focus(shell.window);
    await shell.screen.type(`sh ${script}`);
    const pid = await arrival(pidFile, 400).catch(() => undefined);
    if (pid !== undefined) return Number(pid);
  }
  throw new Error(`The terminal "${shell.name}" takes no keys.`);
}

/** What a file holds, once something has been written to it. */
async function arrival(path: string, timeoutMs: number): Promise<string> {
  const until = performance.now() + timeoutMs;
  while (performance.now() < until) {
    if ((await sizeOf(path)) > 0) return readFile(path, 'utf8');
    await pause(5);
  }
  throw new Error(`Nothing was written to ${path} within ${timeoutMs} ms: does the terminal take keys?`);
}

/** Of a file, bytes; 0 while there is none. */
const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
