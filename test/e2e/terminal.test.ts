// The built-in terminal as a person uses it: panes, search, pasting, links and files, over a real shell.

import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Grant } from '../../protocol/model/grant.ts';
import { type Display, startDisplay } from '../../scripts/display.ts';
import { goTo, shellPid } from '../support/acts.ts';
import { signIn, type TestClient } from '../support/backend.ts';
import { command, quickGrant } from '../support/command.ts';
import { Person } from '../support/person.ts';
import { processGone, processLives } from '../support/process-watch.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { TerminalPage } from '../support/terminal-page.ts';

/** A file that takes long enough to be stopped on its way, bytes; on disk it is nothing but its length. */
const LARGE = 8 * 2 ** 30;

let stack: Stack;
let display: Display;
let erin: Person;
let dana: TestClient;
let grant: Grant;
let terminal: TerminalPage;

beforeAll(async () => {
  display = await startDisplay();
  stack = await startStack();
  const { address } = stack.backend;
  erin = await Person.start('Erin Okafor', {
    executable: inject('executable'),
    display: display.name,
    backend: address,
  });
  await erin.signIn();
  dana = await signIn(address, 'dana');
  grant = await quickGrant(erin, dana, { target: 'staging-web', durationSeconds: 3600 });
});

afterAll(async () => {
  await erin?.dispose();
  await stack?.dispose();
  await display?.dispose();
});

/** A terminal of its own for each test. */
beforeEach(async () => {
  const { id } = await command(erin, 'terminal.open', { grantId: grant.id });
  const page = await erin.app.window('terminal');
  await page.locator(`[data-tab="${id}"][aria-current]`).waitFor();
  terminal = new TerminalPage(page);
  await terminal.prompt();
});

const panes = () => terminal.page.locator('section[data-shown]').count();
const inFront = (name: RegExp) => terminal.page.locator('section[data-active]').and(terminal.page.getByLabel(name));

test('a terminal is split to the right and below by keys, each pane is a shell of its own, and one closes alone', async () => {
  const { page } = terminal;
  const first = await shellPid(terminal);
  await page.keyboard.press('Control+Shift+D');
  await inFront(/pane 2 of 2$/).waitFor();
  const right = await shellPid(terminal);
  await page.keyboard.press('Control+Shift+E');
  await inFront(/pane 3 of 3$/).waitFor();
  const below = await shellPid(terminal);
  expect(new Set([first, right, below]).size).toBe(3);
  await page.keyboard.press('Control+Shift+ArrowLeft');
  await inFront(/pane 1 of 3$/).waitFor();
  await terminal.type('echo "here is $$"');
  await terminal.shows(new RegExp(`here is ${first}`));
  expect(await terminal.screen()).not.toContain(String(below));

  await page.keyboard.press('Control+Shift+ArrowRight');
  await inFront(/pane [23] of 3$/).waitFor();
  await page.keyboard.press('Control+Shift+ArrowDown');
  await inFront(/pane 3 of 3$/).waitFor();
  await page.keyboard.press('Control+Shift+W');
  await processGone(below, 5_000);
  await expect.poll(panes).toBe(2);
  expect([first, right].map(processLives)).toEqual([true, true]);
});

test('search finds what has scrolled away, and says when there is nothing', async () => {
  const { page } = terminal;
  await terminal.type("printf 'nee%s\\n' dle; seq 500");
  await terminal.shows(/\n500\n/);
  expect(await terminal.screen()).not.toMatch(/^needle$/m);
  await page.keyboard.press('Control+Shift+F');
  const field = page.getByRole('textbox', { name: 'Find in this terminal' });
  await field.fill('needle');
  await page.getByText('1 of 1', { exact: true }).waitFor();
  await terminal.shows(/^needle$/m);
  await field.fill('no such thing');
  await page.getByText('Not found', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
  await page.keyboard.type('echo back in the shell\n');
  await terminal.shows(/^back in the shell$/m);
});

test('Connect again after exit opens a new shell below what was drawn', async () => {
  const { page } = terminal;
  const first = await shellPid(terminal);
  await terminal.type("printf 'kept-%s\\n' above");
  await terminal.shows(/^kept-above$/m);
  await terminal.type('exit');
  await page.getByRole('status').filter({ hasText: 'The shell ended.' }).waitFor();
  await page.keyboard.type('echo typed into nothing\n');
  await page.getByRole('button', { name: 'Connect again' }).click();
  await terminal.shows(/connected again[^$#]*[$#]\s*$/);
  await terminal.type('echo "again $$"');
  const { groups } = await terminal.shows(/^again (\d+)$/m);
  expect(Number(groups[0])).not.toBe(first);
  const screen = await terminal.screen();
  expect(screen).toMatch(/^kept-above$[\s\S]*connected again/m);
  expect(screen).not.toContain('typed into nothing');
});

test('a paste of several lines is asked about where each would run, and not where the shell takes it whole', async () => {
  const { page } = terminal;
  const copy = (text: string) =>
    erin.app.electron.evaluate(({ clipboard }, copied) => clipboard.writeText(copied), text);
  const paste = async () => {
    await page.keyboard.press('Control+Shift+V');
    return page.getByRole('dialog', { name: 'Paste 2 lines? Each runs as it lands.' });
  };
  const file = join(erin.folder, 'pasted');
  await terminal.type(`echo reads; cat > ${file}; echo over`);
  // The shell itself takes a paste whole; cat does not.
  await terminal.shows(/^reads$/m);
  await copy('first line\nsecond line\n');
  await (await paste()).getByRole('button', { name: 'Cancel' }).click();
  await page.keyboard.type('typed instead\n');
  await (await paste()).getByRole('button', { name: 'Paste', exact: true }).click();
  await terminal.shows(/second line/);
  await page.keyboard.press('Control+d');
  await terminal.shows(/^over$/m);
  expect(await readFile(file, 'utf8')).toBe('typed instead\nfirst line\nsecond line\n');
  await terminal.prompt();
  const question = await paste();
  await terminal.shows(/first line\n.*second line\s*$/);
  expect(await question.count()).toBe(0);
});

test('Ctrl-C during a flood gives the prompt back', async () => {
  await terminal.type('yes');
  await terminal.shows(/y\ny\ny/);
  await terminal.page.keyboard.press('Control+c');
  // How soon, the bench measures.
  await terminal.prompt();
  await terminal.type('echo "calm $?"');
  await terminal.shows(/^calm 130$/m);
});

test('letters of every kind go to the shell and back, and wide ones take two cells', async () => {
  const text = 'żółć 日本語 🙂 é';
  const file = join(erin.folder, 'letters');
  // What is typed before cat runs is not shown.
  await terminal.type(`echo now; cat > ${file}; cat ${file}`);
  await terminal.shows(/^now$/m);
  await terminal.type(text);
  await terminal.page.keyboard.press('Control+d');
  await terminal.shows(new RegExp(`${text}[\\s\\S]*${text}`));
  expect(await readFile(file, 'utf8')).toBe(`${text}\n`);
  await terminal.prompt();
  // The terminal itself tells where its cursor is (DSR 6).
  await terminal.type(`printf '\\r日本'; IFS=';' read -rs -d R -p $'\\e[6n' row column; echo; echo "column $column"`);
  await terminal.shows(/^column 5$/m);
});

describe('a link of the output', () => {
  test('is opened by Ctrl and a click, and only after the question', async () => {
    const { page } = terminal;
    const { opened } = erin.browser;
    const address = `${stack.backend.address}/healthz?from=output`;
    const before = opened.all.length;
    await terminal.type(`clear; printf '%s%s\\n' '${address.slice(0, 9)}' '${address.slice(9)}'`);
    const line = page.locator('[data-active] .xterm-rows > div').filter({ hasText: address });
    await line.waitFor();
    // xterm's own layer for the mouse lies over the line.
    const at = { position: { x: 40, y: 8 }, force: true };
    const question = page.getByRole('dialog', { name: 'Open this link in your browser?' });
    await line.hover(at);
    await page.getByText('Ctrl+click to open').waitFor();
    await line.click({ ...at, position: { x: 200, y: 8 } });
    await line.click({ ...at, modifiers: ['Control'] });
    await question.waitFor();
    expect(await question.textContent()).toContain(address);
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect(opened.all).toHaveLength(before);
    // A mouse does not jump: on its way it is on other letters first.
    await line.hover({ ...at, position: { x: 60, y: 8 } });
    await line.click({ ...at, modifiers: ['Control'] });
    await question.getByRole('button', { name: 'Open link' }).click();
    expect(await opened.first(() => true, { from: before })).toBe(address);
    await question.waitFor({ state: 'detached' });
  });

  /** A link that shows other words than where it leads (OSC 8), and a click on it that would open it. */
  const clickWords = async (address: string) => {
    await terminal.type(`clear; printf '\\e]8;;${address}\\e\\\\click%s\\e]8;;\\e\\\\\\n' here`);
    const line = terminal.page.locator('[data-active] .xterm-rows > div').filter({ hasText: /^clickhere\s*$/ });
    await line.waitFor();
    await line.hover({ position: { x: 20, y: 8 }, force: true });
    await line.click({ position: { x: 20, y: 8 }, force: true, modifiers: ['Control'] });
  };

  test('that shows other words is asked about with where it really leads', async () => {
    await clickWords('https://evil.example/login');
    const question = terminal.page.getByRole('dialog', { name: 'Open this link in your browser?' });
    await question.getByText('https://evil.example/login').waitFor();
    await terminal.page.keyboard.press('Enter');
    await question.waitFor({ state: 'detached' });
    expect(erin.browser.opened.all).not.toContain('https://evil.example/login');
  });

  test.each([
    ['a program', 'javascript:alert(1)//example.test'],
    ['a file', 'file:///etc/passwd'],
    ['a look-alike with a name before it', 'http://example.test@evil.test/'],
  ])('leads nowhere when it is %s', async (_, address) => {
    const before = erin.browser.opened.all.length;
    await clickWords(address);
    await terminal.type('echo "still $((40 + 2))"');
    await terminal.shows(/still 42/);
    expect(await terminal.page.getByRole('dialog').count()).toBe(0);
    expect(erin.browser.opened.all).toHaveLength(before);
  });
});

describe('the files panel', () => {
  const panel = () => terminal.page.getByRole('complementary', { name: /^Files of/ });
  const rows = (text: string | RegExp) => panel().locator('li[data-state]').filter({ hasText: text });
  const choose = (name: string) => panel().getByRole('checkbox', { name: `Choose ${name}`, exact: true });

  /** What the person picks in the system's dialog from now on; null is Cancel. */
  const pick = (path: string | null) =>
    erin.app.electron.evaluate(({ dialog }, picked) => {
      dialog.showOpenDialog = () =>
        Promise.resolve({ canceled: picked === null, filePaths: picked === null ? [] : [picked] });
    }, path);

  /** Folders of the target and of this computer, and the panel open at the first. */
  async function opened(name: string, sizes: Record<string, number | string>) {
    const [there, here] = [join(erin.folder, `${name}-there`), join(erin.folder, `${name}-here`)];
    for (const folder of [there, here]) await mkdir(folder);
    for (const [file, content] of Object.entries(sizes)) {
      if (typeof content === 'string') await writeFile(join(there, file), content);
      else {
        const handle = await open(join(there, file), 'w');
        await handle.truncate(content);
        await handle.close();
      }
    }
    if ((await panel().count()) === 0) await terminal.page.keyboard.press('Control+Shift+S');
    await panel()
      .getByRole('navigation', { name: 'Where you are on the target' })
      .getByRole('button')
      .first()
      .waitFor();
    await panel().getByRole('button', { name: 'Type a folder' }).click();
    const path = panel().getByRole('textbox', { name: 'Folder on the target' });
    await path.fill(there);
    await path.press('Enter');
    await panel()
      .getByRole('list', { name: `What is in ${there}` })
      .waitFor();
    return { there, here };
  }

  test('lists a folder, fetches a file and sends one, and writes over nothing', async () => {
    const { there, here } = await opened('both', { 'notes.txt': 'from the target\n' });
    await writeFile(join(here, 'report.txt'), 'from here\n');
    await choose('notes.txt').check();
    await pick(null);
    await panel().getByRole('button', { name: 'Fetch 1…' }).click();
    await expect.poll(() => choose('notes.txt').isChecked()).toBe(false);
    // Until main has asked, and was told no.
    await expect.poll(() => panel().locator('button[data-loading]').count()).toBe(0);
    await choose('notes.txt').check();
    await pick(here);
    await panel().getByRole('button', { name: 'Fetch 1…' }).click();
    await rows('notes.txt').and(panel().locator('[data-state="done"]')).waitFor();
    expect(await readFile(join(here, 'notes.txt'), 'utf8')).toBe('from the target\n');
    expect(await rows('notes.txt').count()).toBe(1);

    await pick(join(here, 'report.txt'));
    await panel().getByRole('button', { name: 'Send files…' }).click();
    await choose('report.txt').waitFor();
    expect(await readFile(join(there, 'report.txt'), 'utf8')).toBe('from here\n');
    await writeFile(join(here, 'report.txt'), 'something else\n');
    await panel().getByRole('button', { name: 'Send files…' }).click();
    await panel().getByRole('alert').filter({ hasText: 'already has a "report.txt"' }).waitFor();
    expect(await readFile(join(there, 'report.txt'), 'utf8')).toBe('from here\n');
    await choose('notes.txt').check();
    await pick(here);
    await panel().getByRole('button', { name: 'Fetch 1…' }).click();
    await panel()
      .getByText(/^Saved as notes.*\.$/)
      .waitFor();
    expect((await readdir(here)).length).toBe(3);
    expect((await readdir(there)).sort()).toEqual(['notes.txt', 'report.txt']);
  });

  test('sends what is dropped on it once the person has said so, and nothing that a page makes up', async () => {
    const { there, here } = await opened('drop', { 'notes.txt': 'there\n' });
    await mkdir(join(here, 'tree'));
    await writeFile(join(here, 'tree', 'leaf.txt'), 'a leaf\n');
    /** What main's question says; answered with this button. */
    const answers = (button: number) =>
      erin.app.electron.evaluate(({ dialog }, response) => {
        const asked: string[] = [];
        Object.assign(globalThis, { asked });
        dialog.showMessageBox = (...all: unknown[]) => {
          const { detail, defaultId } = all.at(-1) as { detail: string; defaultId: number };
          asked.push(defaultId === 1 ? detail : 'Enter would send it');
          return Promise.resolve({ response, checkboxChecked: false });
        };
      }, button);
    const asked = () => erin.app.electron.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
    const box = (await panel().boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height - 90];
    const devtools = await terminal.page.context().newCDPSession(terminal.page);
    const drop = async () => {
      const data = { items: [], files: [join(here, 'tree')], dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
        await devtools.send('Input.dispatchDragEvent', { type, x, y, data });
      }
    };
    await answers(1);
    await drop();
    await expect.poll(asked).toEqual([`Into ${there}:\n\n${join(here, 'tree')}, all of it`]);
    await answers(0);
    await drop();
    await rows('tree').and(panel().locator('[data-state="done"]')).waitFor();
    expect(await readFile(join(there, 'tree', 'leaf.txt'), 'utf8')).toBe('a leaf\n');

    await answers(0);
    const made = await terminal.page.evaluate(async (folder) => {
      const file = Object.assign(new File(['x'], '/etc/passwd'), { path: '/etc/passwd' });
      const { sallyport } = window as unknown as {
        sallyport: { sendDropped(to: object, files: unknown[]): Promise<unknown> };
      };
      return sallyport.sendDropped({ terminalId: 'term-1', folder, paths: ['/etc/passwd'] }, [file]);
    }, there);
    expect(made).toMatchObject({ ok: false });
    expect(await asked()).toEqual([]);
    await panel().getByRole('button', { name: 'Clear' }).click();
  });

  test('stops a file on its way when it is cancelled, and leaves nothing of it', async () => {
    const { here } = await opened('cancel', { 'large.img': LARGE });
    await pick(here);
    await choose('large.img').check();
    await panel().getByRole('button', { name: 'Fetch 1…' }).click();
    const bar = panel().getByRole('progressbar', { name: 'Fetching large.img' });
    await expect.poll(() => bar.evaluate((element) => (element as HTMLProgressElement).value)).toBeGreaterThan(0);
    await panel().getByRole('button', { name: 'Cancel large.img' }).click();
    await panel().getByText('Cancelled. Nothing is left of it.').waitFor();
    await expect.poll(() => readdir(here)).toEqual([]);
    await panel().getByRole('button', { name: 'Clear' }).click();
    await rows('large.img').waitFor({ state: 'detached' });
    await terminal.type('echo "the shell $((1 + 1))"');
    await terminal.shows(/the shell 2/);
  });

  test('says why when access is released in the middle of a file, and leaves nothing of it', async () => {
    const { there, here } = await opened('release', { 'large.img': LARGE });
    await pick(here);
    await choose('large.img').check();
    await panel().getByRole('button', { name: 'Fetch 1…' }).click();
    const bar = panel().getByRole('progressbar', { name: 'Fetching large.img' });
    await expect.poll(() => bar.evaluate((element) => (element as HTMLProgressElement).value)).toBeGreaterThan(0);
    const mine = await goTo(erin, 'Access');
    await mine.getByRole('button', { name: /^Release .*@staging-web$/ }).click();
    await mine.getByRole('button', { name: 'Release now' }).click();
    await panel()
      .getByRole('alert')
      .filter({ hasText: /^Stopped: access ended \d\d:\d\d: .*released/ })
      .waitFor();
    await expect.poll(() => readdir(here)).toEqual([]);
    expect(await readdir(there)).toEqual(['large.img']);
    expect(
      await panel()
        .getByRole('button', { name: /^Fetch/ })
        .count(),
    ).toBe(0);
    await panel().getByText('The terminal is not open').waitFor();
  });
});
