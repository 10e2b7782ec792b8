import { type ExecFileException, execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { ExternalSession } from '../../protocol/ipc/snapshot.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import { shellPid, snapshotOf, terminalOf } from '../support/acts.ts';
import { signIn, type TestClient } from '../support/backend.ts';
import { command, quickGrant } from '../support/command.ts';
import type { Person } from '../support/person.ts';
import { processGone, processLives } from '../support/process-watch.ts';
import { type Solo, startSolo } from '../support/solo.ts';
import type { Stack } from '../support/stack.ts';
import type { XScreen } from '../support/x-screen.ts';

/** How late a session may be cut, ms. */
const CUT_MS = 250;
const SHORTEST = 30;

let solo: Solo;
let stack: Stack;
let screen: XScreen;
let erin: Person;
let dana: TestClient;
/** For what shells on the target write down; the target is this machine. Lower case: it is typed without Shift. */
let desk: string;

beforeAll(async () => {
  solo = await startSolo(inject('executable'));
  ({ screen, stack, erin } = solo);
  await erin.signIn();
  dana = await signIn(stack.backend.address, 'dana');
  await command(erin, 'settings.change', { nativeTerminal: 'xterm', connectWith: 'native' });
  desk = `/tmp/native-${process.pid}-${Date.now().toString(16)}`;
  await mkdir(desk, { mode: 0o700 });
});

afterAll(async () => {
  await solo?.dispose();
  if (desk !== undefined) await rm(desk, { recursive: true, force: true });
});

/** One of the native terminals of a grant: its window, its shell on the target, and its entry in the app. */
interface Native {
  window: number;
  shell: number;
  id: string;
}

async function openNative(grant: Grant, others: readonly Native[] = []): Promise<Native> {
  const { id } = await command(erin, 'native.open', { grantId: grant.id });
  const title = new RegExp(`${grant.login}@${grant.target.name}`);
  const window = await screen.window(
    title,
    others.map((native) => native.window),
  );
  await expect.poll(async () => (await session(id)).status.state).toBe('open');
  const script = join(desk, `s${others.length}`);
  await writeFile(script, `echo $PPID > ${script}.pid\n`);
  screen.focus(window);
  // Typed until the shell is there to hear it: a terminal that is still logging in takes no keys.
  const shell = await expect
    .poll(
      async () => {
        await screen.type(`sh ${script}`);
        return Number(await readFile(`${script}.pid`, 'utf8').catch(() => ''));
      },
      { interval: 400, timeout: 10_000 },
    )
    .toBeGreaterThan(0)
    .then(async () => Number(await readFile(`${script}.pid`, 'utf8')));
  return { window, shell, id };
}

async function session(id: string): Promise<ExternalSession> {
  const found = (await snapshotOf(erin)).externalSessions.find((s) => s.id === id);
  if (!found) throw new Error(`The app knows of no session ${id}.`);
  return found;
}

/** Processes of this machine by the words of their command line. */
async function processes(fits: (words: string[]) => boolean): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return fits(line.split('\0')) && processLives(pid) ? [pid] : [];
    }),
  );
  return lines.flat();
}

/** The ssh of our native terminals: their configuration lies in the app's run folder. */
const sshClients = () =>
  processes(
    (words) => /(^|\/)ssh$/.test(words[0] ?? '') && words.some((w) => w.startsWith(join(erin.folder, 'app', 'run'))),
  );

test('native terminals are cut at the deadline: one that is idle, one that floods, one whose ssh is stopped', async () => {
  const grant = await quickGrant(erin, dana, { target: 'staging-web', durationSeconds: SHORTEST });
  const idle = await openNative(grant);
  const flooding = await openNative(grant, [idle]);
  const before = await sshClients();
  const stopped = await openNative(grant, [idle, flooding]);
  const newest = (await sshClients()).filter((pid) => !before.includes(pid));
  expect(newest).toHaveLength(1);
  screen.focus(flooding.window);
  await screen.type('yes');
  for (const pid of newest) process.kill(pid, 'SIGSTOP');

  const patience = grant.endsAt - Date.now() + 5_000;
  const gone = await Promise.all([idle, flooding, stopped].map(({ shell }) => processGone(shell, patience)));
  for (const at of gone) expect(Math.abs(at - grant.endsAt)).toBeLessThan(CUT_MS);
  for (const { id } of [idle, flooding, stopped]) {
    await expect
      .poll(async () => (await session(id)).status)
      .toMatchObject({
        state: 'ended',
        reason: 'expired',
        sentence: expect.stringMatching(/^access ended \d\d:\d\d: its time is over$/),
      });
  }
  // Nothing of ours is left that could still speak to the target.
  await expect.poll(sshClients, { timeout: 5_000 }).toEqual([]);
}, 90_000);

test('Connect opens the native terminal where the settings say so, and a revocation ends it', async () => {
  const grant = await quickGrant(erin, dana, { target: 'billing-app', durationSeconds: 900 });
  await command(erin, 'grants.connect', { id: grant.id });
  const opened = async () => (await snapshotOf(erin)).externalSessions.find((s) => s.grantId === grant.id);
  await expect.poll(async () => (await opened())?.status.state, { timeout: 10_000 }).toBe('open');
  await dana.call('grants.revoke', { params: { id: grant.id }, body: { reason: 'Wrong server' } });
  await expect
    .poll(async () => (await opened())?.status)
    .toMatchObject({
      state: 'ended',
      sentence: expect.stringMatching(/revoked by Dana Novak \(Wrong server\)/),
    });
});

/** What an ssh of the person says, run as they run it: with their own configuration. */
async function ssh(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { home } = erin.app.folders;
  const options = ['-F', join(home, '.ssh/config'), '-o', 'ConnectTimeout=10'];
  return promisify(execFile)('ssh', [...options, ...args], { env: { ...process.env, HOME: home } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: ExecFileException & { stdout: string; stderr: string }) => ({
      code: Number(error.code),
      stdout: error.stdout,
      stderr: error.stderr,
    }),
  );
}

test('with the ssh configuration on, plain ssh works while the grant lives, and the agent refuses everything else', async () => {
  const config = join(erin.app.folders.home, '.ssh/config');
  await mkdir(join(erin.app.folders.home, '.ssh'), { recursive: true, mode: 0o700 });
  const own = 'Host *\n  Compression no\n';
  await writeFile(config, own, { mode: 0o600 });
  await command(erin, 'sshConfig.change', { enabled: true });
  const grant = await quickGrant(erin, dana, { target: 'staging-web', durationSeconds: 900 });
  const host = 'staging-web.sallyport';
  await expect.poll(async () => (await ssh([host, 'echo it works'])).stdout).toBe('it works\n');

  const { stdout } = await ssh(['-G', host]);
  const agent = /^identityagent (.+)$/m.exec(stdout)?.[1] ?? '';
  const listed = () =>
    promisify(execFile)('ssh-add', ['-l'], { env: { ...process.env, SSH_AUTH_SOCK: agent } }).then(
      (said) => said.stdout,
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    );
  expect(await listed()).toMatch(/ED25519-CERT/);
  const other = await ssh(['-l', 'somebody', host, 'true']);
  expect(other.code).toBe(255);
  // Through a forwarded agent, a program on the target could use the key: it is not for forwarding.
  const forwarded = await ssh(['-A', host, 'ssh-add -l']);
  expect(forwarded.stdout).not.toMatch(/ED25519/);
  // The same agent, asked by an ssh that stands before another host.
  const gateway = stack.backend.gateway;
  const elsewhere = await ssh([
    ...['-o', `HostName=${gateway.host}`, '-o', 'HostKeyAlias=elsewhere', '-o', 'StrictHostKeyChecking=no'],
    ...['-o', 'UserKnownHostsFile=/dev/null', '-l', 'nobody@elsewhere', host, 'true'],
  ]);
  expect(elsewhere.code).toBe(255);

  await command(erin, 'grants.release', { id: grant.id });
  await expect.poll(async () => (await ssh([host, 'true'])).code).toBe(255);
  expect(await listed()).not.toMatch(/ED25519/);
  await command(erin, 'sshConfig.change', { enabled: false });
  expect(await readFile(config, 'utf8')).toBe(own);
});

// Last: the app is gone then.
test('a signal, as at the end of a session of the desktop, ends the app at once: everything is cut, and what ends with its session is released', async () => {
  // Reached without a gateway, which would end it by itself.
  const ends = await quickGrant(erin, dana, { target: 'build-box', durationSeconds: 900, endsWithSession: true });
  const stays = await quickGrant(erin, dana, { target: 'staging-web', durationSeconds: 900 });
  const shells: number[] = [];
  for (const grant of [ends, stays]) {
    await command(erin, 'terminal.open', { grantId: grant.id });
    shells.push(await shellPid(await terminalOf(erin, grant.requestId)));
  }
  const exit = new Promise<number | null>((resolve) => erin.app.process.once('exit', resolve));
  erin.app.process.kill('SIGTERM');
  await Promise.all(shells.map((pid) => processGone(pid, 2_000)));
  expect(await exit).toBe(0);
  const { grants } = await (await signIn(stack.backend.address, 'erin')).call('overview.show', {});
  const statusOf = ({ id }: Grant) => grants.find((grant) => grant.id === id)?.status;
  expect(statusOf(ends)).toMatchObject({ state: 'ended', reason: 'released' });
  expect(statusOf(stays)).toEqual({ state: 'live' });
});
