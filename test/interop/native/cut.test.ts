import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linux } from '../../../main/terminal/native/linux.ts';
import { type Display, startDisplay } from '../../../scripts/display.ts';
import { ended, grant as exampleGrant } from '../../main/examples.ts';
import { removeFolder } from '../../support/folder.ts';
import { processGone, processLives } from '../../support/process-watch.ts';
import { XScreen } from '../../support/x-screen.ts';
import type { World } from '../gateway/world.ts';
import { NativeDesk, startNativeWorld } from './native-desk.ts';

/** From the deadline to the end of the process on the target, ms. */
const CUT_MS = 250;
/** How soon the deadline is, once the session runs: long enough for the app to hear of it. */
const SOON_MS = 600;

/** What runs on the target instead of a shell. */
const RUNS = {
  waits: 'exec sleep 1000',
  floods: 'exec yes',
  draws: `printf '\\033[?1049h\\033[?1000h\\033[?2004h\\033[5;10r\\033[31mdrawn'; stty raw -echo; exec cat`,
} as const;

let folder: string;
let world: World;
let display: Display;
let screen: XScreen;
let desk: NativeDesk;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-cut-'));
  await writeFile(
    join(folder, 'login'),
    `echo $$ >${folder}/pid.new; mv ${folder}/pid.new ${folder}/pid; . ${folder}/runs\n`,
  );
  [world, display] = await Promise.all([startNativeWorld([`ForceCommand /bin/bash ${folder}/login`]), startDisplay()]);
  screen = await XScreen.open(display.name);
});
afterAll(async () => {
  screen?.dispose();
  await display?.dispose();
  await world?.stop();
  await removeFolder(folder);
});
beforeEach(async () => {
  desk = await NativeDesk.start(world, display.name);
  await rm(join(folder, 'pid'), { force: true });
});
afterEach(() => desk.dispose());

/** Opens a session that runs something; resolves when it runs. */
async function open(runs: keyof typeof RUNS, grant = desk.grant()) {
  await writeFile(join(folder, 'runs'), RUNS[runs]);
  const { id } = await desk.native.open(grant.id);
  const read = () => readFile(join(folder, 'pid'), 'utf8').catch(() => '');
  await expect.poll(read, { timeout: 10_000, interval: 5 }).toMatch(/\d/);
  return { id, grant, pid: Number(await read()), ssh: await desk.sshPid(id) };
}

/** What the window says in the end, once it waits for a key. */
async function lastWords(): Promise<string> {
  await expect
    .poll(() => desk.screen().then((text) => text.slice(-500)), { timeout: 10_000 })
    .toContain('Press any key');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what steers the terminal is not read.
  return (await desk.screen()).slice(-500).replace(/\x1b(\[[?>]?[\d;]*\w|\S)/g, '');
}

describe('at the deadline, by the app alone', () => {
  it.each([
    ['a session that waits', 'waits', 'gateway', false],
    ['a session that floods', 'floods', 'gateway', false],
    ['a session that draws on the whole screen', 'draws', 'gateway', false],
    ['a session whose ssh was stopped', 'waits', 'gateway', true],
    ['a flood whose ssh was stopped', 'floods', 'gateway', true],
    ['a session without a gateway', 'waits', 'direct', false],
    ['a flood without a gateway', 'floods', 'direct', false],
    ['a stopped session without a gateway', 'waits', 'direct', true],
  ] as const)(
    '%s is over on the target within a quarter of a second, and says why',
    async (what, runs, via, stopped) => {
      const target = { ...exampleGrant().target, via };
      const { id, pid, ssh, ...opened } = await open(runs, desk.grant(undefined, { target }));
      if (stopped) process.kill(ssh, 'SIGSTOP');
      // Told only now: how long a terminal takes to open is not what is measured.
      const grant = { ...opened.grant, endsAt: Date.now() + SOON_MS };
      desk.store.apply({ kind: 'grant-changed', grant });
      const [gone, sshGone, state] = await Promise.all([
        processGone(pid, SOON_MS + 5_000),
        processGone(ssh, SOON_MS + 5_000),
        desk.reaches(id, 'ended'),
      ]);
      console.log(
        `${what}: target ${gone - grant.endsAt} ms, ssh ${sshGone - grant.endsAt} ms, state ${state - grant.endsAt} ms`,
      );
      expect(gone - grant.endsAt).toBeGreaterThanOrEqual(0);
      expect(gone - grant.endsAt).toBeLessThan(CUT_MS);
      expect(sshGone - grant.endsAt).toBeLessThan(2_000);
      expect(desk.session(id).status).toMatchObject({ state: 'ended', reason: 'expired' });
      expect(await lastWords()).toMatch(
        /Sallyport: access ended \d\d:\d\d: its time is over\.\s+Press any key to close\.$/,
      );
      // Not a word of ssh's own on it.
      expect(await desk.screen()).not.toMatch(/Connection (to|reset|closed)|client_loop|Broken pipe/);
    },
  );
});

describe('before the deadline', () => {
  it.each([
    ['revoked', /revoked by Dana \(no more \]0;x \)\./],
    ['killed', /killed by Dana/],
    ['released', /you released it/],
  ] as const)('an access that is %s is cut, and the window says so in plain text', async (reason, sentence) => {
    const { id, grant, pid } = await open('waits');
    const at = Date.now();
    const note = reason === 'revoked' ? 'no more\x1b]0;x\x07' : '';
    desk.store.apply({ kind: 'grant-changed', grant: { ...grant, status: ended(reason, note) } });
    expect((await processGone(pid, 5_000)) - at).toBeLessThan(CUT_MS);
    expect(desk.session(id).status).toMatchObject({ state: 'ended', reason });
    expect(await lastWords()).toMatch(sentence);
  });

  it('signing out cuts it', async () => {
    const { pid } = await open('waits');
    desk.store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: null } });
    await processGone(pid, 5_000);
    expect(await lastWords()).toContain('you signed out');
    expect(desk.store.state.externalSessions).toEqual([]);
  });

  it('only the sessions of that access are cut', async () => {
    const other = await open('waits');
    await rm(join(folder, 'pid'));
    const { grant, pid } = await open('waits');
    desk.store.apply({ kind: 'grant-changed', grant: { ...grant, status: ended('killed') } });
    await processGone(pid, 5_000);
    expect(processLives(other.pid)).toBe(true);
    expect(desk.session(other.id).status.state).toBe('open');
  });

  it('another program that connects and hangs up ends nothing', async () => {
    const { id, pid } = await open('waits');
    const config = await readFile(join(desk.run.path, id, 'config'), 'utf8');
    const port = Number(/Port (\d+)/.exec(config)?.[1]);
    const stranger = connect({ host: '127.0.0.1', port });
    stranger.write('SSH-2.0-stranger\r\n');
    await new Promise((resolve) => stranger.once('data', resolve));
    stranger.destroy();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(processLives(pid)).toBe(true);
    expect(desk.session(id).status.state).toBe('open');
  });

  it('one session is ended by the person in the app', async () => {
    const { id, pid } = await open('waits');
    desk.native.end(id);
    await processGone(pid, 5_000);
    expect(await lastWords()).toContain('you ended this session');
  });

  it('a connection that is lost is not taken for the end of the access', async () => {
    const { id, pid } = await open(
      'waits',
      desk.grant(undefined, { target: { ...exampleGrant().target, via: 'direct' } }),
    );
    // The target's sshd of this one session, as if its machine were gone.
    process.kill(parentOf(pid), 'SIGKILL');
    await desk.reaches(id, 'ended');
    const sentence = 'the connection was lost; connect again to go on';
    expect(desk.session(id).status).toMatchObject({ reason: null, sentence });
    expect(await lastWords()).toContain(sentence);
  });
});

describe('after the cut', () => {
  it('a key closes the window, and nothing of the launch is left', async () => {
    const { id, grant, ssh } = await open('waits');
    const script = join(desk.run.path, id, 'session.sh');
    const window = await screen.window(new RegExp(`@${grant.target.name}$`));
    desk.store.apply({ kind: 'grant-changed', grant: { ...grant, status: ended('killed') } });
    await lastWords();
    await processGone(ssh, 5_000);
    screen.focus(window);
    await expect
      .poll(
        () => {
          screen.press('Enter');
          return running(script);
        },
        { timeout: 5_000, interval: 200 },
      )
      .toBe(false);
  });

  it('what was being typed does not close the window', async () => {
    const { grant } = await open('waits');
    screen.focus(await screen.window(new RegExp(`@${grant.target.name}$`)));
    const typing = setInterval(() => screen.press('x'), 5);
    desk.store.apply({ kind: 'grant-changed', grant: { ...grant, status: ended('killed') } });
    await lastWords();
    await new Promise((resolve) => setTimeout(resolve, 300));
    clearInterval(typing);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(running(desk.run.path)).toBe(true);
  });

  it('what a full-screen program changed is set right before the reason is shown', async () => {
    const { grant } = await open('draws');
    await expect.poll(() => desk.screen()).toContain('drawn');
    desk.store.apply({ kind: 'grant-changed', grant: { ...grant, status: ended('killed') } });
    await lastWords();
    const after = (await desk.screen()).split('drawn').at(-1);
    for (const undone of ['?1047l', '?1000l', '?2004l', '[r', '[0m']) expect(after).toContain(undone);
  });

  it("an ssh that shares its connection by the person's own means leaves no master behind", async () => {
    const bin = await mkdtemp(join(folder, 'bin-'));
    const sharing = `-o ControlMaster=auto -o ControlPath=${bin}/master -o ControlPersist=yes`;
    await writeFile(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh ${sharing} "$@"\n`, { mode: 0o755 });
    await desk.dispose();
    desk = await NativeDesk.start(world, display.name, { ...linux, ssh: [join(bin, 'ssh')] });
    const { grant, pid } = await open('waits');
    const masters = () => pidsOf(`${bin}/master`);
    await expect.poll(masters).not.toEqual([]);
    desk.store.apply({ kind: 'grant-changed', grant: { ...grant, status: ended('killed') } });
    await processGone(pid, 5_000);
    await expect.poll(masters).toEqual([]);
    expect(await lastWords()).toContain('killed by Dana');
  });
});

describe('when the app quits', () => {
  it.each([
    ['runs', false],
    ['is stopped', true],
  ])(
    'a session that %s is cut at once, and its window says why although the folder is gone',
    async (_what, stopped) => {
      const { pid, ssh } = await open('waits');
      if (stopped) process.kill(ssh, 'SIGSTOP');
      const path = desk.run.path;
      const at = Date.now();
      desk.native.dispose();
      desk.run.dispose();
      expect((await processGone(pid, 5_000)) - at).toBeLessThan(CUT_MS);
      expect((await processGone(ssh, 5_000)) - at).toBeLessThan(CUT_MS);
      await expect(readFile(join(path, 'reason'))).rejects.toThrow();
      expect(await lastWords()).toContain('Sallyport was quit');
    },
  );
});

function parentOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
}

function pidsOf(argument: string): string[] {
  try {
    return execFileSync('pgrep', ['-f', argument], { encoding: 'utf8' }).trim().split('\n');
  } catch {
    return [];
  }
}

function running(argument: string): boolean {
  return pidsOf(argument).length > 0;
}
