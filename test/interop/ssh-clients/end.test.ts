import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Grant } from '../../../protocol/model/grant.ts';
import { removeFolder } from '../../support/folder.ts';
import { run } from '../gateway/world.ts';
import { Computer, runWithAgent } from './computer.ts';

const HOST = 'billing-app.sallyport';

let computer: Computer;
let folder: string;
beforeAll(async () => {
  computer = await Computer.start();
  folder = await mkdtemp(join(tmpdir(), 'sallyport-end-'));
});
afterAll(async () => {
  await computer.dispose();
  await removeFolder(folder);
});

describe('at the end of a grant', () => {
  let grant: Grant;
  beforeEach(async () => {
    grant = await computer.grant();
  });

  it('one master with ten sessions is cut, all of them at once, and the app says why', async () => {
    const control = join(folder, 'control');
    const options = ['-o', `ControlPath=${control}`, '-o', 'ControlMaster=auto', '-o', 'ControlPersist=60'];
    // What goes to the background keeps what it was started with.
    const background = await run('sh', [
      '-c',
      'exec ssh "$@" >/dev/null 2>&1',
      'ssh',
      '-F',
      computer.config,
      ...options,
      '-f',
      '-N',
      HOST,
    ]);
    expect(background.code).toBe(0);
    const sessions = Array.from({ length: 10 }, () =>
      spawn('ssh', ['-F', computer.config, ...options, HOST, 'echo in; sleep 600'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    await Promise.all(sessions.map((session) => once(session.stdout, 'data')));
    expect(computer.sessions(grant)).toMatchObject([{ program: 'ssh', status: { state: 'open' } }]);
    const exits = Promise.all(sessions.map((session) => once(session, 'exit')));
    const began = performance.now();
    await computer.release(grant);
    const codes = (await exits).map(([code]) => code);
    const cutMs = performance.now() - began;
    expect(codes).toEqual(Array(10).fill(255));
    expect(cutMs).toBeLessThan(1_000);
    expect((await computer.ssh([...options, '-O', 'check', HOST])).code).toBe(255);
    expect(computer.sessions(grant)).toMatchObject([
      {
        status: {
          state: 'ended',
          reason: 'released',
          sentence: expect.stringMatching(/^access ended \d\d:\d\d: you released it/),
        },
      },
    ]);
  });

  it('an agent that listed the certificate is gone, and so is the entry', async () => {
    const agent = (await computer.settingOf(HOST, 'identityagent')) ?? '';
    const list = () => runWithAgent(agent, 'ssh-add', ['-l']);
    expect((await list()).stdout.toString()).toMatch(/^256 SHA256:\S+ \S+@billing-app \(ED25519-CERT\)\n$/);
    await computer.release(grant);
    expect((await list()).stderr).toContain('Error connecting to agent');
    await expect.poll(() => computer.settingOf(HOST, 'identityagent')).toBeUndefined();
    expect(await readFile(join(computer.folder, 'ssh_config'), 'utf8')).not.toContain('Host ');
  });

  it('whoever kept the entry reaches nothing', async () => {
    const kept = join(folder, 'kept');
    await run('cp', [join(computer.folder, 'ssh_config'), kept]);
    expect((await run('ssh', ['-F', kept, HOST, 'echo in'])).stdout.toString()).toBe('in\n');
    await computer.release(grant);
    const ran = await run('ssh', ['-F', kept, HOST, 'echo in']);
    expect([ran.code, ran.stdout.toString(), ran.stderr]).toEqual([
      255,
      '',
      expect.stringContaining('Connection refused'),
    ]);
  });
});

it('a session is cut by the app alone, when its time is over by the app’s clock', async () => {
  const grant = await computer.grant('build-host', 30);
  const args = ['-F', computer.config, '-tt', 'build-host.sallyport', 'echo in; sleep 600'];
  const session = spawn('ssh', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(session.stdout, 'data');
  const exit = once(session, 'exit');
  computer.time.passed = 30_000;
  await exit;
  const sentence = expect.stringMatching(/^access ended \d\d:\d\d: its time is over/);
  await expect
    .poll(() => computer.sessions(grant))
    .toMatchObject([{ status: { state: 'ended', reason: 'expired', sentence } }]);
});

it('quitting leaves the line, and a file without entries', async () => {
  await computer.grant();
  computer.services.dispose();
  expect(await readFile(computer.config, 'utf8')).toContain('Include');
  expect(await readFile(join(computer.folder, 'ssh_config'), 'utf8')).not.toContain('Host ');
});
