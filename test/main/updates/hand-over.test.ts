import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beside } from '../../../main/updates/beside.ts';
import { type HandOverOptions, handOver, type Started } from '../../../main/updates/hand-over.ts';
import { confirmStart, type HandOver, writeHandOver } from '../../../main/updates/hand-over-file.ts';
import { handOverWaits } from '../../../main/updates/hand-over-waits.ts';
import { readRefused } from '../../../main/updates/refused-file.ts';
import { silentLog } from '../examples.ts';
import { makeVersion } from './packed-version.ts';

const sha256 = 'a'.repeat(64);
let home: string;
let path: string;
let data: string;
let started: Started[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sallyport-hand-over-'));
  path = join(home, 'here', 'Sallyport');
  data = join(home, 'data');
  started = [];
  await mkdir(join(data, 'updates'), { recursive: true });
  await makeVersion(path, { version: '1.0.0' });
});

afterEach(async () => {
  for (const { kill } of started) kill();
  await rm(home, { recursive: true, force: true });
});

const options = (fields: Partial<HandOverOptions> = {}): HandOverOptions => ({
  ...{ dataFolder: data, runningVersion: '1.0.0', log: silentLog, program: join(path, 'sallyport'), startMs: 2_000 },
  installation: { kind: 'own', shape: 'folder', path, format: 'tar.gz' },
  whyForbidden: async () => undefined,
  start: (program) => {
    const child = spawn(program, [join(data, 'updates', 'hand-over.json')], { detached: true, stdio: 'ignore' });
    const made = {
      failed: new Promise<string>((resolve) => {
        child.once('error', (error) => resolve(error.message));
        child.once('exit', (code) => code === 0 || resolve(`it ended with ${code}`));
      }),
      kill: () => void (child.exitCode ?? child.signalCode ?? (child.pid && process.kill(-child.pid, 'SIGKILL'))),
    };
    started.push(made);
    return made;
  },
  ...fields,
});
/** A newer version that does this when it is started. */
async function ready(script: string, fields: Partial<HandOver> = {}): Promise<void> {
  await makeVersion(beside(path).next, { version: '1.1.0', script });
  await writeHandOver(data, { state: 'ready', path, version: '1.1.0', sha256, backend: '', pinned: '', ...fields });
}
const scriptAt = (folder: string) => readFile(join(folder, 'sallyport'), 'utf8').catch(() => undefined);
const comesUp = 'rm "$1"; exec sleep 60';

describe('a start with a newer version beside it', () => {
  it.each<[string, string]>([
    ['ends at once', 'exit 3'],
    ['ends at once as if all were well', 'exit 0'],
    ['never comes up', 'exec sleep 60'],
    ['cannot be run', 'exec /no/such/program'],
  ])('that %s: the one before comes back, and the newer one is not tried again', async (_name, script) => {
    await ready(script);
    expect(await handOver(options())).toBe('again');
    expect(await scriptAt(path)).toContain('exit 0');
    expect(handOverWaits(data)).toBe(false);
    expect(await readRefused(data)).toEqual({ version: '1.1.0', sha256 });
  });

  it('whose program is no program at all: the one before comes back', async () => {
    await ready(comesUp);
    await writeFile(join(beside(path).next, 'sallyport'), 'no program');
    expect(await handOver(options())).toBe('again');
    expect(await scriptAt(path)).toContain('exit 0');
  });

  it.each<[string, Partial<HandOver>, Partial<HandOverOptions>]>([
    ['of another installation', { path: '/elsewhere' }, {}],
    ['that is not newer any more', {}, { runningVersion: '1.2.0' }],
    ['that is the same', {}, { runningVersion: '1.1.0' }],
    ['that the organisation forbids', {}, { whyForbidden: async () => 'off' }],
    ['of which it is not known whether it is allowed', {}, { whyForbidden: () => Promise.reject(new Error('x')) }],
    ['where it is for others to install', {}, { installation: { kind: 'others', how: 'apt' } }],
  ])('%s: this one goes on, and nothing is started', async (_name, fields, more) => {
    await ready(comesUp, fields);
    expect(await handOver(options(more))).toBe('stay');
    expect(started).toEqual([]);
    expect(handOverWaits(data)).toBe(false);
    expect(await scriptAt(path)).toContain('exit 0');
  });

  it.each<[string, () => Promise<void>]>([
    ['that is gone', () => rm(beside(path).next, { recursive: true })],
    [
      'of which nothing sensible is written down',
      () => writeFile(join(data, 'updates', 'hand-over.json'), '{"state":'),
    ],
  ])('%s: this one goes on', async (_name, spoil) => {
    await ready(comesUp);
    await spoil();
    expect(await handOver(options())).toBe('stay');
    expect(handOverWaits(data)).toBe(false);
    expect(started).toEqual([]);
  });

  it('that could not be put in place because something lies in the way: this one goes on', async () => {
    await ready(comesUp);
    await mkdir(join(beside(path).last, 'left'), { recursive: true });
    expect(await handOver(options())).toBe('stay');
    expect(await scriptAt(path)).toContain('exit 0');
  });

  it('that was tried when the power went is not tried again', async () => {
    await ready(comesUp, { state: 'trying' });
    await rm(beside(path).next, { recursive: true });
    expect(await handOver(options())).toBe('stay');
    expect(await readRefused(data)).toEqual({ version: '1.1.0', sha256 });
  });

  it('that was about to be tried when the power went is tried', async () => {
    await ready(comesUp, { state: 'trying' });
    expect(await handOver(options())).toBe('gone');
  });

  it('that comes up: it stays in place, and the one before lies beside it', async () => {
    await ready(comesUp);
    expect(await handOver(options())).toBe('gone');
    expect(await scriptAt(path)).toContain('rm "$1"');
    expect(await scriptAt(beside(path).last)).toContain('exit 0');
    expect(existsSync(beside(path).next)).toBe(false);
  });

  it('that comes up and ends soon after has come up', async () => {
    await ready('rm "$1"');
    expect(await handOver(options())).toBe('gone');
  });

  it('that is one file is exchanged the same way', async () => {
    const file = join(dirname(path), 'Sallyport.AppImage');
    for (const [at, script] of [
      [file, 'exit 0'],
      [beside(file).next, comesUp],
    ] as const) {
      await writeFile(at, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    await writeHandOver(data, { state: 'ready', path: file, backend: '', version: '1.1.0', sha256, pinned: '' });
    const installation = { kind: 'own', shape: 'file', path: file, format: 'AppImage' } as const;
    expect(await handOver(options({ installation, program: '/tmp/.mount/sallyport' }))).toBe('gone');
    expect(await readFile(file, 'utf8')).toContain(comesUp);
  });
});

describe('a version that has come up', () => {
  it.each<[string, HandOver['state'], string, boolean]>([
    ['and is the one that is tried', 'trying', '1.1.0', false],
    ['and is another one', 'trying', '1.0.0', true],
    ['while one lies ready', 'ready', '1.1.0', true],
  ])('%s', async (_name, state, running, waits) => {
    await ready(comesUp, { state });
    confirmStart(data, running);
    expect(handOverWaits(data)).toBe(waits);
  });

  it('while it is tried goes on starting', async () => {
    await ready(comesUp, { state: 'trying' });
    expect(await handOver(options({ runningVersion: '1.1.0' }))).toBe('stay');
    expect(handOverWaits(data)).toBe(true);
  });
});
