import { EventEmitter } from 'node:events';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download } from '../../../../main/terminal/files/download.ts';
import { Sftp } from '../../../../main/terminal/files/sftp.ts';
import type { Task } from '../../../../main/terminal/files/transfers.ts';
import { removeFolder } from '../../../support/folder.ts';

type Done = (error?: Error, answer?: unknown) => void;
interface Told {
  mode: number;
  size: number;
}
interface Says {
  stat: Told;
  /** What each folder holds; called for each question about one. */
  entries?: (path: string) => [name: string, attrs: Told][];
  /** SFTP's status when a file is opened, undefined when it is. */
  refuses?: (path: string) => number | undefined;
  /** Bytes that an answer to a question about so many has, at a place; undefined for no answer. */
  read?: (length: number, at: number) => number | undefined;
}

const FILE = 0o100_644;
const FOLDER = 0o040_755;
let here: string;
beforeEach(async () => {
  here = await mkdtemp(join(tmpdir(), 'sallyport-hostile-'));
});
afterEach(() => removeFolder(here));

/** A target that says what it wants. */
async function target({ stat, entries = () => [], refuses = () => undefined, read = () => 0 }: Says): Promise<Sftp> {
  const soon = (done: Done, error?: Error, answer?: unknown): void => void setImmediate(() => done(error, answer));
  const end = Object.assign(new Error('end'), { code: 1 });
  let left: [string, Told][] | undefined;
  const wrapper = Object.assign(new EventEmitter(), {
    stat: (_path: string, done: Done) => soon(done, undefined, stat),
    opendir: (path: string, done: Done) => {
      soon(done, undefined, Buffer.from(path));
    },
    readdir: (handle: Buffer, done: Done) => {
      const some = left === undefined ? entries(handle.toString()) : [];
      left = left === undefined ? some : undefined;
      if (some.length === 0) {
        left = undefined;
        soon(done, end);
      } else
        soon(
          done,
          undefined,
          some.map(([filename, attrs]) => ({ filename, attrs })),
        );
    },
    open: (path: string, _how: string, done: Done) => {
      const code = refuses(path);
      if (code === undefined) soon(done, undefined, Buffer.alloc(4));
      else soon(done, Object.assign(new Error('refused'), { code }));
    },
    read: (_handle: Buffer, into: Buffer, offset: number, length: number, at: number, done: Done) => {
      const bytes = read(length, at);
      if (bytes === undefined) return;
      into.fill('x', offset, offset + Math.max(0, bytes));
      if (bytes === 0) soon(done, end);
      else soon(done, undefined, bytes);
    },
    close: (_handle: Buffer, done: Done) => soon(done),
  });
  const client = { sftp: (done: Done) => done(undefined, wrapper) };
  return Sftp.open(client as never, new AbortController().signal);
}

function task(): Task {
  const nothing = (): void => undefined;
  const { signal } = new AbortController();
  return { signal, connected: true, check: nothing, total: nothing, moved: nothing, leaves: nothing };
}
const fetched = async (says: Says) => download(await target(says), '/srv/thing', here, task());

describe('what a target says of a file', () => {
  it.each<[string, Says, RegExp]>([
    ['more than the disk holds', { stat: { mode: FILE, size: 2 ** 62 } }, /^There is no room for the .* PB: /],
    [
      'nothing, and it sends without end',
      { stat: { mode: FILE, size: 0 }, read: (length) => length },
      /says that the file is empty, and sends without end/,
    ],
    ['more than it sends', { stat: { mode: FILE, size: 100_000 }, read: () => 0 }, /became shorter/],
    ['that it is a device', { stat: { mode: 0o020_644, size: 0 } }, /neither/],
  ])('%s: nothing of it is kept', async (_what, says, message) => {
    await expect(fetched(says)).rejects.toMatchObject({ message: expect.stringMatching(message) });
    expect(await readdir(here)).toEqual([]);
  });

  it('less than it has: no byte more is asked for', async () => {
    let furthest = 0;
    const read = (length: number, at: number): number => {
      furthest = Math.max(furthest, at + length);
      return length;
    };
    await expect(fetched({ stat: { mode: FILE, size: 70_000 }, read })).resolves.toMatchObject({ whole: true });
    expect(furthest).toBe(70_000);
  });
});

describe('what a target says of a folder', () => {
  const top = { mode: FOLDER, size: 4096 };

  it.each<[string, Says]>([
    ['that it has no end', { stat: top, entries: () => [['deeper', top]] }],
    [
      'that it is wide without end',
      { stat: top, entries: () => Array.from({ length: 10_001 }, (_, i) => [`f${i}`, { mode: FILE, size: 1 }]) },
    ],
  ])('%s: it is refused with what to do', async (_what, says) => {
    await expect(fetched(says)).rejects.toMatchObject({
      message: expect.stringMatching(/Pack it on the target first/),
    });
    expect(await readdir(here)).toEqual([]);
  });

  it('names that lead out of it are no entries, and others become plain ones beside each other', async () => {
    const one = { mode: FILE, size: 1 };
    const names = ['..', '.', '', '../out', '/etc/cron.d/x', 'nul\0', 'a\\b', 'a_b', 'turn\u202e', 'two\nlines'];
    const entries = (path: string): [string, Told][] => (path === '/srv/thing' ? names.map((name) => [name, one]) : []);
    await fetched({ stat: top, entries, read: (length) => length });
    expect(await readdir(here)).toEqual(['thing']);
    expect((await readdir(join(here, 'thing'))).sort()).toEqual(['a_b', 'a_b (2)', 'turn_', 'two_lines']);
  });

  it.each([
    [3, 'secret (no permission)'],
    [2, 'secret (gone)'],
  ])('a file that it refuses with status %i is left out and named, the others are fetched', async (status, said) => {
    const entries = (path: string): [string, Told][] =>
      path === '/srv/thing' ? ['plain', 'secret'].map((name) => [name, { mode: FILE, size: 1 }]) : [];
    const refuses = (path: string) => (path.endsWith('secret') ? status : undefined);
    const outcome = await fetched({ stat: top, entries, refuses, read: (length) => length });
    expect(outcome).toEqual({ sentence: `Without ${said}.`, whole: false });
    expect(await readdir(join(here, 'thing'))).toEqual(['plain']);
  });

  it.each([[['a', 'a.part']], [['a.part', 'a']], [['a', 'a.part', 'a.part.part', 'A', 'a (2)']]])(
    'files named like the parts of others do not keep them from it: %j',
    async (names) => {
      const entries = (path: string): [string, Told][] =>
        path === '/srv/thing' ? names.map((name) => [name, { mode: FILE, size: 1 }]) : [];
      await fetched({ stat: top, entries, read: (length) => length });
      expect((await readdir(join(here, 'thing'))).sort()).toEqual([...names].sort());
    },
  );

  it('any other refusal ends all of it', async () => {
    const entries = (path: string): [string, Told][] => (path === '/srv/thing' ? [['x', { mode: FILE, size: 1 }]] : []);
    await expect(fetched({ stat: top, entries, refuses: () => 4 })).rejects.toMatchObject({
      code: 'target-unreachable',
    });
    expect(await readdir(here)).toEqual([]);
  });

  it('and does not wait for another file of it whose bytes never come', async () => {
    const entries = (path: string): [string, Told][] =>
      path === '/srv/thing' ? ['silent', 'refused'].map((name) => [name, { mode: FILE, size: 1 }]) : [];
    const refuses = (path: string) => (path.endsWith('refused') ? 4 : undefined);
    await expect(fetched({ stat: top, entries, refuses, read: () => undefined })).rejects.toMatchObject({
      code: 'target-unreachable',
    });
    expect(await readdir(here)).toEqual([]);
  });

  it('sizes that are too much together fill no disk', async () => {
    const entries = (): [string, Told][] =>
      Array.from({ length: 50 }, (_, i) => [`f${i}`, { mode: FILE, size: 2 ** 52 }]);
    await expect(fetched({ stat: top, entries })).rejects.toMatchObject({ message: /There is no room/ });
    expect(await readdir(here)).toEqual([]);
  });

  it('"empty" files that are not, together, are stopped too', async () => {
    const entries = (path: string): [string, Told][] =>
      path === '/srv/thing' ? Array.from({ length: 9 }, (_, i) => [`f${i}`, { mode: FILE, size: 0 }]) : [];
    const read = (length: number, at: number): number => (at < 16 * 1024 * 1024 ? length : 0);
    await expect(fetched({ stat: top, entries, read })).rejects.toMatchObject({ message: /without end/ });
    expect(await readdir(here)).toEqual([]);
  });
});
