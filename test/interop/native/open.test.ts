import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linux } from '../../../main/terminal/native/linux.ts';
import type { TerminalProgram } from '../../../main/terminal/native/terminal-program.ts';
import { AppError } from '../../../protocol/errors.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { type Display, startDisplay } from '../../../scripts/display.ts';
import { ended } from '../../main/examples.ts';
import { strangerLine } from '../../main/terminal/small-gateway.ts';
import { ancestor, processGone } from '../../support/process-watch.ts';
import { XScreen } from '../../support/x-screen.ts';
import type { World } from '../gateway/world.ts';
import { NativeDesk, startNativeWorld } from './native-desk.ts';

let world: World;
let display: Display;
let screen: XScreen;
let desk: NativeDesk;
beforeAll(async () => {
  [world, display] = await Promise.all([startNativeWorld(), startDisplay()]);
  screen = await XScreen.open(display.name);
});
afterAll(async () => {
  screen?.dispose();
  await display?.dispose();
  await world?.stop();
});
beforeEach(async () => {
  desk = await NativeDesk.start(world, display.name);
});
afterEach(() => desk.dispose());

const prompt = () => expect.poll(() => desk.screen(), { timeout: 10_000, interval: 5 }).toMatch(/[#$] $/);

/** Types a line of plain letters into the window of a grant. */
async function type(grant: Grant, line: string): Promise<void> {
  screen.focus(await screen.window(new RegExp(`@${grant.target.name}$`)));
  for (const key of [...line, 'Enter']) screen.press(key);
}

const choose = (nativeTerminal: string) =>
  desk.store.apply({ kind: 'settings', settings: { ...desk.store.state.settings, nativeTerminal } });

/** A desk whose only terminal is this program. */
async function deskWith(terminal: Partial<TerminalProgram>): Promise<void> {
  await desk.dispose();
  const program = { ...linux.programs.at(-1)!, id: 'odd', name: 'Odd Terminal', ...terminal };
  desk = await NativeDesk.start(world, display.name, { ...linux, programs: [program] });
  choose('odd');
}

describe('a native terminal', () => {
  it('opens with a shell of the target in it', async () => {
    const grant = desk.grant();
    const clicked = Date.now();
    const { id } = await desk.native.open(grant.id);
    await desk.reaches(id, 'open');
    await prompt();
    console.log(`click to prompt: ${Date.now() - clicked} ms`);
    await type(grant, 'id');
    await expect.poll(() => desk.screen()).toMatch(/uid=\d+/);
    expect(desk.session(id)).toMatchObject({ program: 'xterm', title: `${grant.login}@${grant.target.name}` });
    expect(desk.problems).toEqual([]);
  });

  it('is offered by its name, and what only stands for another is not', async () => {
    const found = await desk.native.list();
    expect(found).toContainEqual({ id: 'xterm', name: 'xterm' });
    expect(found.map(({ id }) => id)).not.toContain('x-terminal-emulator');
  });

  it('is over when its window is closed, and its ssh with it', async () => {
    const { id } = await desk.native.open(desk.grant().id);
    await prompt();
    const ssh = await desk.sshPid(id);
    process.kill(ancestor(ssh, 'xterm'), 'SIGTERM');
    await desk.reaches(id, 'ended');
    await processGone(ssh, 5_000);
    expect(desk.session(id).status).toMatchObject({ reason: null, sentence: 'the session ended' });
  });

  it("opens as the system's choice", async () => {
    choose('');
    const { id } = await desk.native.open(desk.grant().id);
    await desk.reaches(id, 'open');
    await prompt();
  });

  it.each(['a b', "it's; $(touch evil) `touch evil` & |", '-e #~ %h * ü'])(
    'opens where the run folder is called %j',
    async (name) => {
      await desk.dispose();
      desk = await NativeDesk.start(world, display.name, linux, name);
      // The resource file of the test's xterm cannot be named so; what matters is that the session opens.
      const { id } = await desk.native.open(desk.grant().id);
      await desk.reaches(id, 'open');
      await expect
        .poll(() => world.services.opened.some(({ grantId }) => grantId === desk.session(id).grantId))
        .toBe(true);
      expect(existsSync('evil')).toBe(false);
    },
  );

  it('is over when the person leaves the shell, and its window goes by itself', async () => {
    const grant = desk.grant();
    const { id } = await desk.native.open(grant.id);
    await prompt();
    const ssh = await desk.sshPid(id);
    await type(grant, 'exit');
    await desk.reaches(id, 'ended');
    expect(desk.session(id).status).toMatchObject({ reason: null, sentence: 'the session ended' });
    await processGone(ssh, 5_000);
    const isThere = () =>
      screen.window(new RegExp(`@${grant.target.name}$`), [], 1).then(
        () => true,
        () => false,
      );
    await expect.poll(isThere).toBe(false);
  });

  it('leaves no secret in files, arguments or the environment', async () => {
    const { id } = await desk.native.open(desk.grant().id);
    await prompt();
    const pid = await desk.sshPid(id);
    const read = (path: string) => readFile(path, 'latin1');
    const folder = join(desk.run.path, id);
    const files = readdirSync(folder).filter((name) => name !== 'says');
    const all = await Promise.all([
      ...files.map((name) => read(join(folder, name))),
      ...['cmdline', 'environ'].map((name) => read(`/proc/${pid}/${name}`)),
    ]);
    for (const text of all) expect(text).not.toMatch(/PRIVATE KEY|cert-v01|eyJ/);
    expect((await read(`/proc/${pid}/cmdline`)).split('\0')).toEqual([
      ...['/usr/bin/ssh', '-F', join(folder, 'config'), 'sallyport', ''],
    ]);
  });

  it('says, when the endpoint shows another host key, that it does: nothing is opened', async () => {
    desk.endpoint = { hostKeys: [strangerLine()] };
    const { id } = await desk.native.open(desk.grant().id);
    await desk.reaches(id, 'ended');
    await expect.poll(() => desk.screen()).toContain('Host key verification failed');
    expect(world.services.opened.some(({ grantId }) => grantId === desk.session(id).grantId)).toBe(false);
  });
});

describe('the gateway', () => {
  it('that refuses has its sentence shown in the window', async () => {
    const grant = desk.grant();
    world.services.grants.delete(grant.id);
    const { id } = await desk.native.open(grant.id);
    await desk.reaches(id, 'ended');
    await expect.poll(() => desk.screen()).toContain('This access has ended. Ask for it again in the app.');
    await expect.poll(() => desk.screen(), { timeout: 5_000 }).toContain('Press any key');
  });
});

describe('what stands in the way is said, in the state too', () => {
  const failed = (message: string) => [{ status: { state: 'failed', problem: { message } } }];

  it.each([
    ['of a terminal that is not installed', 'konsole', 'Konsole is not installed. Choose another in Settings.'],
    ['of a terminal that nobody knows', 'x; rm', 'The chosen terminal is not installed. Choose another in Settings.'],
  ])('%s', async (_what, id, message) => {
    choose(id);
    await expect(desk.native.open(desk.grant().id)).rejects.toMatchObject({ code: 'not-found', message });
    expect(desk.store.state.externalSessions).toMatchObject(failed(message));
  });

  it('of a missing ssh', async () => {
    await desk.dispose();
    desk = await NativeDesk.start(world, display.name, { ...linux, ssh: ['/nowhere/ssh'] });
    await expect(desk.native.open(desk.grant().id)).rejects.toMatchObject({ message: linux.sshMissing });
    expect(desk.store.state.externalSessions).toMatchObject(failed(linux.sshMissing));
  });

  it('of a refused certificate', async () => {
    desk.refusal = new AppError('offline', 'The backend cannot be reached.');
    await expect(desk.native.open(desk.grant().id)).rejects.toBe(desk.refusal);
    expect(desk.store.state.externalSessions).toMatchObject(failed('The backend cannot be reached.'));
  });

  it('of an access that is over: nothing is begun', async () => {
    await expect(desk.native.open('gra_0000000000')).rejects.toMatchObject({ code: 'grant-not-live' });
    await expect(desk.native.open(desk.grant(Date.now() - 1).id)).rejects.toMatchObject({ code: 'grant-not-live' });
    expect(desk.store.state.externalSessions).toEqual([]);
  });

  it('of an endpoint that cannot be reached', async () => {
    desk.endpoint = { port: 1 };
    const { id } = await desk.native.open(desk.grant().id);
    await desk.reaches(id, 'failed');
    const message = '127.0.0.1:1 cannot be reached. Check the network or VPN.';
    expect(desk.session(id).status).toMatchObject({ problem: { code: 'connection-refused', message } });
    await expect.poll(() => desk.screen()).toContain(`Sallyport: ${message}`);
  });

  it('of a terminal that fails to open', async () => {
    await deskWith({ places: ['/bin/sh'], command: (sh) => [sh, '-c', 'echo "no display" >&2; exit 3'] });
    const { id } = await desk.native.open(desk.grant().id);
    await desk.reaches(id, 'failed');
    const message = 'Odd Terminal could not be opened. Choose another terminal in Settings.';
    expect(desk.session(id).status).toMatchObject({ problem: { message } });
    expect(desk.problems.join()).toContain('no display');
  });

  it('of a terminal that cannot be started', async () => {
    await deskWith({ places: ['/bin/sh'], command: () => ['/nowhere/terminal'] });
    const message = 'Odd Terminal could not be started. Choose another terminal in Settings.';
    await expect(desk.native.open(desk.grant().id)).rejects.toMatchObject({ message });
  });

  it('of a window that was closed before its session was open', async () => {
    await deskWith({ places: ['/bin/true'], command: (program) => [program] });
    const { id } = await desk.native.open(desk.grant().id);
    await desk.reaches(id, 'ended');
    expect(desk.session(id).status).toMatchObject({ reason: null, sentence: /window was closed/ });
  });
});

describe('an access that ends while its terminal opens', () => {
  it('opens nothing', async () => {
    const grant = desk.grant();
    const opening = desk.native.open(grant.id);
    desk.store.apply({ kind: 'grant-changed', grant: { ...grant, status: ended('killed') } });
    await expect(opening).rejects.toMatchObject({ code: 'grant-not-live' });
    const [session] = desk.store.state.externalSessions;
    expect(session?.status.state).not.toBe('open');
    expect(world.services.opened.some(({ grantId }) => grantId === grant.id)).toBe(false);
  });

  it('after the terminal was started cuts it all the same', async () => {
    const grant = desk.grant();
    const { id } = await desk.native.open(grant.id);
    desk.store.apply({ kind: 'grant-changed', grant: { ...grant, status: ended('killed') } });
    expect(desk.session(id).status).toMatchObject({ state: 'ended', reason: 'killed' });
    await expect.poll(() => desk.screen(), { timeout: 10_000 }).toContain('killed by Dana');
    expect(world.services.opened.some(({ grantId }) => grantId === grant.id)).toBe(false);
  });
});
