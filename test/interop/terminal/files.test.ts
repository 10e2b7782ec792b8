import { createHash, randomFillSync } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Terminal } from '../../../protocol/ipc/snapshot.ts';
import { run } from '../gateway/world.ts';
import { TerminalsWorld } from './terminals-world.ts';

const SIZE = 64 * 1024 * 1024;
let at: TerminalsWorld;
let terminal: Terminal;
let big: string;
let bigHash: string;
/** One side's folder and the other's, new for each test. */
let here: string;
let there: string;

beforeAll(async () => {
  at = await TerminalsWorld.start();
  terminal = await at.open();
  expect(terminal.status).toEqual({ state: 'open' });
  big = join(at.world.folder, 'big.bin');
  const bytes = randomFillSync(Buffer.alloc(SIZE + 17));
  await writeFile(big, bytes);
  bigHash = sha256(bytes);
});
afterAll(() => at.dispose());
beforeEach(async () => {
  at.mayUse = true;
  at.mayPass = true;
  at.whileAsked = async () => undefined;
  [here, there] = [await mkdtemp(join(at.world.folder, 'here-')), await mkdtemp(join(at.world.folder, 'there-'))];
  at.chosen = { files: [big], folder: here };
});

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const hashOf = async (path: string): Promise<string> => sha256(await readFile(path));

async function fetched(...paths: string[]) {
  const from = at.transfers.all.length;
  await at.files.download(terminal.id, paths);
  return at.over(from);
}

async function sent(...files: string[]) {
  const from = at.transfers.all.length;
  at.chosen = { ...at.chosen, files };
  await at.files.upload(terminal.id, there, 'files');
  return at.over(from);
}

describe('64 MB are the same at the other end', () => {
  it('fetched from a target', async () => {
    const began = performance.now();
    const transfer = await fetched(big);
    const ours = performance.now() - began;
    expect(transfer).toMatchObject({
      status: { state: 'done', sentence: '' },
      bytes: SIZE + 17,
      totalBytes: SIZE + 17,
    });
    expect(await hashOf(join(here, 'big.bin'))).toBe(bigHash);
    const access = await at.world.access();
    const scpBegan = performance.now();
    const scp = await run('scp', [...at.world.copyArguments(access), `127.0.0.1:${big}`, join(here, 'by-scp')]);
    expect(scp.code).toBe(0);
    report('download', ours, performance.now() - scpBegan);
  });

  it('sent to a target', async () => {
    const began = performance.now();
    const transfer = await sent(big);
    const ours = performance.now() - began;
    expect(transfer).toMatchObject({ status: { state: 'done' }, bytes: SIZE + 17, totalBytes: SIZE + 17 });
    expect(await hashOf(join(there, 'big.bin'))).toBe(bigHash);
    expect(await readdir(there)).toEqual(['big.bin']);
    const access = await at.world.access();
    const scpBegan = performance.now();
    const scp = await run('scp', [...at.world.copyArguments(access), big, `127.0.0.1:${join(there, 'by-scp')}`]);
    expect(scp.code).toBe(0);
    report('upload', ours, performance.now() - scpBegan);
  });

  function report(what: string, ours: number, scp: number): void {
    const speed = (ms: number): string => `${Math.round(SIZE / 1e3 / ms)} MB/s`;
    process.stderr.write(`${what}: ${speed(ours)}, scp the same way ${speed(scp)}\n`);
  }

  it('told of at most four times a second, growing', async () => {
    const from = at.transfers.all.length;
    const began = performance.now();
    const { id } = await fetched(big);
    const told = at.transfers.all.slice(from).filter((t) => t.id === id && t.status.state === 'moving');
    // One when it begins, one when its size is known.
    expect(told.length).toBeLessThanOrEqual(2 + (performance.now() - began) / 250);
    expect(told.map((t) => t.bytes)).toEqual(told.map((t) => t.bytes).sort((a, b) => a - b));
  });
});

describe('a folder of the target', () => {
  it('is listed with kinds, sizes and times', async () => {
    await writeFile(join(there, 'ünï ☃.txt'), 'hello');
    await mkdir(join(there, 'inner'));
    await symlink('inner', join(there, 'link'));
    const { path, entries, more } = await at.files.list(terminal.id, there);
    expect({ path, more }).toEqual({ path: there, more: false });
    expect(entries.filter((e) => !e.name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1))).toMatchObject([
      { name: 'inner', kind: 'folder' },
      { name: 'link', kind: 'link' },
      { name: 'ünï ☃.txt', kind: 'file', bytes: 5, modifiedAt: expect.closeTo(Date.now(), -5) },
    ]);
  });

  it('is by itself where SFTP begins', async () => {
    expect((await at.files.list(terminal.id, '.')).path).toMatch(/^\//);
  });

  it.each([
    ['that is not there', 'nowhere'],
    ['that is a file', 'file'],
  ])('%s is a sentence', async (_name, name) => {
    await writeFile(join(there, 'file'), '');
    const path = join(there, name);
    const problem = { code: 'not-found', message: `On the target there is no folder ${path}.` };
    await expect(at.files.list(terminal.id, path)).rejects.toMatchObject(problem);
  });

  it('is fetched with all that is in it, and says what of it is not', async () => {
    await mkdir(join(there, 'a', 'b'), { recursive: true });
    await mkdir(join(there, 'empty'));
    await writeFile(join(there, 'a', 'one'), '1');
    await writeFile(join(there, 'a', 'b', 'two'), '22');
    await symlink('/etc', join(there, 'a', 'etc'));
    expect(await fetched(there)).toMatchObject({
      bytes: 3,
      status: { state: 'done', sentence: 'Without a/etc (a link).', whole: false },
    });
    const top = join(here, basename(there));
    expect((await readdir(top, { recursive: true })).sort()).toEqual(['a', 'a/b', 'a/b/two', 'a/one', 'empty']);
    expect(await readFile(join(top, 'a', 'b', 'two'), 'utf8')).toBe('22');
    expect(await fetched(there)).toMatchObject({ status: { sentence: expect.stringContaining('(2)') } });
  });
});

describe('files with odd names or sizes', () => {
  it.each(['', 'x', 'y'.repeat(32 * 1024), 'z'.repeat(32 * 1024 + 1)])(
    'of some sizes go both ways (%#)',
    async (text) => {
      const file = join(here, 'small');
      await writeFile(file, text);
      expect(await sent(file)).toMatchObject({ status: { state: 'done' } });
      expect(await readFile(join(there, 'small'), 'utf8')).toBe(text);
      expect(await fetched(join(there, 'small'))).toMatchObject({
        status: { state: 'done', sentence: 'Saved as small (2).' },
      });
      expect(await readFile(join(here, 'small (2)'), 'utf8')).toBe(text);
    },
  );

  it('of the kernel, which say that they are empty, are fetched whole', async () => {
    expect(await fetched('/proc/version')).toMatchObject({ status: { state: 'done' } });
    expect(await readFile(join(here, 'version'))).toEqual(await readFile('/proc/version'));
  });

  it('that would read as something else are renamed', async () => {
    const name = 'bill\u202egnp.sh\n\\x';
    await writeFile(join(there, name), '!');
    expect(await fetched(join(there, name))).toMatchObject({ status: { state: 'done' } });
    expect(await readdir(here)).toEqual(['bill_gnp.sh__x']);
  });

  it('that are devices are not', async () => {
    expect(await fetched('/dev/zero')).toMatchObject({
      status: { state: 'failed', problem: { code: 'invalid-input' } },
    });
    expect(await readdir(here)).toEqual([]);
  });
});

describe('nothing is written over', () => {
  it('here: another name is found, also for what a link points to', async () => {
    await writeFile(join(here, 'big.bin'), 'mine');
    await symlink(join(here, 'elsewhere'), join(here, 'big (2).bin'));
    expect(await fetched(big)).toMatchObject({ status: { state: 'done', sentence: 'Saved as big (3).bin.' } });
    expect(await readFile(join(here, 'big.bin'), 'utf8')).toBe('mine');
    expect(await hashOf(join(here, 'big (3).bin'))).toBe(bigHash);
    await expect(stat(join(here, 'elsewhere'))).rejects.toThrow('ENOENT');
  });

  it('there: it is refused', async () => {
    await writeFile(join(there, 'big.bin'), 'theirs');
    expect(await sent(big)).toMatchObject({
      status: { state: 'failed', problem: { code: 'wrong-state', message: expect.stringContaining('"big.bin"') } },
    });
    expect(await readFile(join(there, 'big.bin'), 'utf8')).toBe('theirs');
    expect(await readdir(there)).toEqual(['big.bin']);
  });
});

describe('a transfer that is cancelled', () => {
  it.each(['download', 'upload'] as const)('leaves nothing: %s', async (direction) => {
    const from = at.transfers.all.length;
    if (direction === 'download') await at.files.download(terminal.id, [big]);
    else await at.files.upload(terminal.id, there, 'files');
    const { id } = await at.transfers.first((t) => t.totalBytes !== null, { from });
    at.files.cancel(id);
    expect(await at.over(from)).toMatchObject({ id, status: { state: 'cancelled' } });
    await expect.poll(async () => [...(await readdir(here)), ...(await readdir(there))]).toEqual([]);
    expect(await fetched(big)).toMatchObject({ status: { state: 'done' } });
  });

  it('before its turn has come goes at once', async () => {
    const from = at.transfers.all.length;
    await at.files.download(terminal.id, [big, big, big]);
    const ids = [...new Set(at.transfers.all.slice(from).map((t) => t.id))];
    at.files.cancel(ids[2]!);
    expect(at.store.state.transfers.find((t) => t.id === ids[2])?.status).toEqual({ state: 'cancelled', sentence: '' });
    await at.transfers.first((t) => t.id === ids[1] && t.status.state === 'done', { from, timeoutMs: 30_000 });
    expect((await readdir(here)).sort()).toEqual(['big (2).bin', 'big.bin']);
  });

  it('finished ones are forgotten when the person says so', async () => {
    await fetched(big);
    at.files.forget(terminal.id);
    expect(at.store.state.transfers).toEqual([]);
  });
});

describe('what may not be', () => {
  it('a person who changes their mind begins nothing', async () => {
    const from = at.transfers.all.length;
    at.chosen = { files: [], folder: null };
    await at.files.upload(terminal.id, there, 'files');
    await at.files.download(terminal.id, [big]);
    expect(at.transfers.all).toHaveLength(from);
  });

  it('a role without files gives a sentence, before anything is asked', async () => {
    const other = await at.open({ sftp: false });
    for (const act of [() => at.files.list(other.id, '.'), () => at.files.upload(other.id, there, 'files')]) {
      await expect(act()).rejects.toMatchObject({
        code: 'not-allowed',
        message: 'This access does not include files.',
      });
    }
    at.terminals.close(other.id);
  });

  it('a folder that may not be written into is a sentence, here and there', async () => {
    if (process.getuid?.() === 0) {
      at.chosen.folder = '/proc/self';
      expect(await fetched(big)).toMatchObject({ status: { state: 'failed' } });
      return;
    }
    await chmod(here, 0o500);
    expect(await fetched(big)).toMatchObject({ status: { state: 'failed', problem: { code: 'not-allowed' } } });
  });

  it('in a drain nothing new begins, but what moves goes on', async () => {
    const from = at.transfers.all.length;
    await at.files.download(terminal.id, [big]);
    await at.transfers.first((t) => t.totalBytes !== null, { from });
    at.mayUse = false;
    await expect(at.files.download(terminal.id, [big])).rejects.toMatchObject({ code: 'grant-not-live' });
    expect(await at.over(from)).toMatchObject({ status: { state: 'done' } });
  });

  it('no byte passes once the clocks say no, before anybody has cut the terminal', async () => {
    const from = at.transfers.all.length;
    await at.files.download(terminal.id, [big]);
    await at.transfers.first((t) => t.totalBytes !== null, { from });
    at.mayPass = false;
    expect(await at.over(from)).toMatchObject({ status: { state: 'failed', problem: { code: 'grant-not-live' } } });
    expect(await readdir(here)).toEqual([]);
  });
});

describe('the end of the access in the middle of a file', () => {
  it.each(['download', 'upload'] as const)(
    'ends it with its reason, and nothing is left here: %s',
    async (direction) => {
      const short = await at.open();
      const from = at.transfers.all.length;
      if (direction === 'download') await at.files.download(short.id, [big, big]);
      else await at.files.upload(short.id, there, 'files');
      await at.transfers.first((t) => t.totalBytes !== null, { from });
      const sentence = 'access ended 14:05: its time is over';
      at.terminals.cut({ grantId: short.grantId, reason: 'expired', sentence });
      const over = await at.over(from);
      expect(over.status).toEqual({
        state: 'failed',
        problem: { code: 'grant-not-live', message: `Stopped: ${sentence}.` },
      });
      await expect.poll(() => readdir(here)).toEqual([]);
      expect(at.store.state.transfers.filter((t) => t.terminalId === short.id && t.status.state === 'moving')).toEqual(
        [],
      );
      await expect(at.files.list(short.id, '.')).rejects.toMatchObject({ code: 'wrong-state' });
      at.terminals.close(short.id);
      expect(at.store.state.transfers.filter((t) => t.terminalId === short.id)).toEqual([]);
    },
  );

  it('also when the gateway cuts', async () => {
    const short = await at.open();
    const from = at.transfers.all.length;
    await at.files.download(short.id, [big]);
    await at.transfers.first((t) => t.totalBytes !== null, { from });
    at.world.services.end(short.grantId, 'revoked', 'Dana');
    expect(await at.over(from)).toMatchObject({ status: { state: 'failed' } });
    expect(await readdir(here)).toEqual([]);
    at.terminals.close(short.id);
  });
});

describe('a folder of this computer', () => {
  /** A folder with what is sent, and what is not. */
  async function tree(): Promise<string> {
    const top = join(here, 'tree');
    await mkdir(join(top, 'a', 'b'), { recursive: true });
    await mkdir(join(top, 'empty'));
    await writeFile(join(top, 'a', 'one'), '1', { mode: 0o750 });
    await writeFile(join(top, 'a', 'b', 'ünï'), '22');
    await symlink('/etc', join(top, 'a', 'etc'));
    expect((await run('mkfifo', [join(top, 'pipe')])).code).toBe(0);
    return top;
  }
  const below = async (folder: string) => (await readdir(folder, { recursive: true })).sort();

  it('is sent with all that is in it, and names what is not', async () => {
    const transfer = await sent(await tree());
    expect(transfer).toMatchObject({ bytes: 3, totalBytes: 3, status: { state: 'done', whole: false } });
    expect(transfer.status).toMatchObject({ sentence: expect.stringContaining('a/etc (a link)') });
    expect(transfer.status).toMatchObject({ sentence: expect.stringContaining('pipe (a device)') });
    expect(await below(there)).toEqual(['tree', 'tree/a', 'tree/a/b', 'tree/a/b/ünï', 'tree/a/one', 'tree/empty']);
    expect((await stat(join(there, 'tree', 'a', 'one'))).mode & 0o777).toBe(0o750);
  });

  it('is not sent into one that is there', async () => {
    await mkdir(join(there, 'tree'));
    expect(await sent(await tree())).toMatchObject({ status: { state: 'failed', problem: { code: 'wrong-state' } } });
    expect(await below(there)).toEqual(['tree']);
  });

  it.each(['upload', 'download'] as const)(
    'leaves nothing when it is cancelled in the middle: %s',
    async (direction) => {
      const top = direction === 'upload' ? here : there;
      await mkdir(join(top, 'tree'));
      for (const name of ['x', 'y', 'z']) await symlink(big, join(top, 'tree', `link-${name}`));
      await copyFile(big, join(top, 'tree', 'big'));
      await writeFile(join(top, 'tree', 'small'), 's');
      const from = at.transfers.all.length;
      at.chosen = { files: [join(here, 'tree')], folder: here };
      if (direction === 'upload') await at.files.upload(terminal.id, there, 'folder');
      else await at.files.download(terminal.id, [join(there, 'tree')]);
      const { id } = await at.transfers.first((t) => t.bytes > 0, { from });
      at.files.cancel(id);
      expect(await at.over(from)).toMatchObject({ status: { state: 'cancelled', sentence: 'Nothing is left of it.' } });
      expect(await readdir(direction === 'upload' ? there : here)).toEqual([]);
    },
  );
});

describe('what was dropped', () => {
  const drop = (...paths: string[]) => at.files.sendDropped({ terminalId: terminal.id, folder: there, paths });

  it('is sent when the person says so, who is told what and where to', async () => {
    const file = join(here, 'note');
    await writeFile(file, 'hello');
    const from = at.transfers.all.length;
    await drop(file);
    expect(at.asked.at(-1)).toMatchObject({
      ...{ to: terminal.title, folder: there },
      items: [{ path: file, kind: 'file', bytes: 5 }],
    });
    expect(await at.over(from)).toMatchObject({ status: { state: 'done' } });
    expect(await readFile(join(there, 'note'), 'utf8')).toBe('hello');
  });

  it.each<[string, (path: string) => Promise<unknown>, () => string]>([
    ['a file', (path) => writeFile(path, 'mine'), () => big],
    ['a folder', (path) => mkdir(path), () => at.world.folder],
  ])('is not when a link takes the place of %s while they are asked', async (_what, make, secret) => {
    const path = join(here, 'chosen');
    await make(path);
    at.whileAsked = () => rename(path, `${path}.old`).then(() => symlink(secret(), path));
    const from = at.transfers.all.length;
    await drop(path);
    expect(await at.over(from)).toMatchObject({ status: { state: 'failed' } });
    expect(await readdir(there)).toEqual([]);
  });

  it('is not when they say no', async () => {
    at.confirms = false;
    await drop(big);
    at.confirms = true;
    expect(await readdir(there)).toEqual([]);
  });

  it.each([
    ['a device', '/dev/zero', 'invalid-input'],
    ['nothing that is there', '/nowhere/at/all', 'not-found'],
    ['the whole disk', '/', 'invalid-input'],
  ])('is refused before anything is asked: %s', async (_what, path, code) => {
    const asked = at.asked.length;
    await expect(drop(big, path)).rejects.toMatchObject({ code });
    expect(at.asked).toHaveLength(asked);
  });

  it('is refused when it is no file of this computer', async () => {
    await expect(drop()).rejects.toMatchObject({ message: 'What was dropped is no file of this computer.' });
  });
});

describe('while one question about files stands', () => {
  const asks = {
    upload: () => at.files.upload(terminal.id, there, 'files'),
    download: () => at.files.download(terminal.id, ['/etc/hostname']),
    drop: () => at.files.sendDropped({ terminalId: terminal.id, folder: there, paths: [big] }),
  };

  it.each(['upload', 'download', 'drop'] as const)('no other is asked, and then again: %s', async (first) => {
    at.chosen = { files: [], folder: null };
    at.confirms = false;
    const refused: unknown[] = [];
    at.whileAsked = async () => {
      at.whileAsked = async () => undefined;
      for (const ask of Object.values(asks)) await ask().catch((error: unknown) => refused.push(error));
    };
    await asks[first]();
    const problem = { code: 'wrong-state', message: expect.stringContaining('still open') };
    expect(refused).toMatchObject([problem, problem, problem]);
    for (const ask of Object.values(asks)) await ask();
    at.confirms = true;
  });
});

describe('the part of an upload that was cut', () => {
  it('is named, and removed by the next upload into that folder, and nothing else is', async () => {
    const short = await at.open();
    const from = at.transfers.all.length;
    await at.files.upload(short.id, there, 'files');
    await at.transfers.first((t) => t.bytes > 0, { from });
    at.terminals.cut({ grantId: short.grantId, reason: 'expired', sentence: 'access ended 14:05: its time is over' });
    const { status } = await at.over(from);
    const [part] = await readdir(there);
    expect(part).toMatch(/^\.big\.bin\.[0-9a-f]{12}\.part$/);
    expect(status).toMatchObject({ problem: { message: expect.stringContaining(`${part} stays in ${there}`) } });
    at.terminals.close(short.id);
    // A name that looks the same was made by somebody else.
    const theirs = '.big.bin.0123456789ab.part';
    await writeFile(join(there, theirs), 'theirs');
    const note = join(here, 'note');
    await writeFile(note, 'n');
    expect(await sent(note)).toMatchObject({
      status: { state: 'done', sentence: `Removed ${part}, left by an upload that was cut.` },
    });
    expect((await readdir(there)).sort()).toEqual([theirs, 'note']);
    expect(await sent(join(here, 'note'))).toMatchObject({ status: { state: 'failed' } });
  });
});
