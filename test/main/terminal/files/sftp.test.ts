import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MOST_ENTRIES, Sftp } from '../../../../main/terminal/files/sftp.ts';

type Entry = { filename: string; attrs: { mode: number } };
type Done = (error?: Error, answer?: unknown) => void;

const named = (filename: string): Entry => ({ filename, attrs: { mode: 0o100_644 } });
const many = (count: number): Entry[] => Array.from({ length: count }, (_, i) => named(`f${i}`));
const END = Object.assign(new Error('end'), { code: 1 });

/** A target that tells this of a folder: each answer once, or always the same. */
async function target(answer: (question: number) => Entry[] | undefined) {
  const readdir = vi.fn((_handle: Buffer, done: Done) => {
    const entries = answer(readdir.mock.calls.length);
    setImmediate(() => (entries ? done(undefined, entries) : done(END)));
  });
  const wrapper = Object.assign(new EventEmitter(), {
    opendir: (_path: string, done: Done) => done(undefined, Buffer.alloc(1)),
    readdir,
    close: vi.fn(),
  });
  const client = { sftp: (done: Done) => done(undefined, wrapper) };
  return { sftp: await Sftp.open(client as never, new AbortController().signal), readdir, wrapper };
}

describe('the folder of a hostile target', () => {
  it.each<[string, (question: number) => Entry[]]>([
    ['that answers for ever with nothing', () => []],
    ['that answers for ever with tricks', () => [named('../x'), named('..'), named('')]],
    ['that answers for ever', () => many(100)],
  ])('%s is read to the limit, and no further', async (_what, answer) => {
    const { sftp, readdir, wrapper } = await target(answer);
    const { entries, more } = await sftp.list('/');
    expect(more).toBe(true);
    expect(entries.length).toBeLessThanOrEqual(MOST_ENTRIES);
    expect(readdir.mock.calls.length).toBeLessThanOrEqual(MOST_ENTRIES + 3);
    expect(wrapper.close).toHaveBeenCalledTimes(1);
  });

  it('keeps of each entry what is used, and none whose name no disk could hold', async () => {
    const large = Buffer.alloc(100_000);
    const attrs = { mode: 0o100_644, size: 1, mtime: 2, uid: 3, extended: { large } };
    const told = (filename: string) => ({ filename, longname: 'x'.repeat(100_000), attrs });
    const all = [told('a'), told('ü'.repeat(1_024)), told('b'.repeat(1_025)), told('c'.repeat(200_000))];
    const { sftp } = await target((question) => (question === 1 ? all : undefined));
    const { entries } = await sftp.list('/');
    const used = { mode: 0o100_644, size: 1, mtime: 2 };
    expect(entries).toEqual([
      { name: 'a', attrs: used },
      { name: 'ü'.repeat(1_024), attrs: used },
    ]);
  });

  it.each([
    [MOST_ENTRIES, false],
    [MOST_ENTRIES + 1, true],
  ])('of %i files beside "." and ".." has others: %s', async (count, more) => {
    const all = [named('.'), named('..'), ...many(count)];
    const { sftp } = await target((question) => (question === 1 ? all : undefined));
    const listed = await sftp.list('/');
    expect(listed.entries).toHaveLength(MOST_ENTRIES);
    expect(listed.more).toBe(more);
  });
});

it('a real path that is longer than any is refused', async () => {
  const realpath = (path: string, done: Done) => done(undefined, `/${'x'.repeat(path === 'long' ? 4_096 : 4_095)}`);
  const wrapper = Object.assign(new EventEmitter(), { realpath });
  const client = { sftp: (done: Done) => done(undefined, wrapper) };
  const sftp = await Sftp.open(client as never, new AbortController().signal);
  expect(await sftp.realPath('short')).toHaveLength(4_096);
  await expect(sftp.realPath('long')).rejects.toMatchObject({ code: 'target-unreachable' });
});

describe('a channel that comes', () => {
  afterEach(() => void vi.useRealTimers());

  it.each<[string, (signal: AbortController) => void]>([
    ['after the longest wait', () => vi.advanceTimersByTime(20_000)],
    ['after the connection is over', (connection) => connection.abort()],
  ])('%s is closed, and refused before', async (_when, pass) => {
    vi.useFakeTimers();
    const wrapper = Object.assign(new EventEmitter(), { end: vi.fn() });
    let come: Done = () => undefined;
    const client = { sftp: (done: Done) => (come = done) };
    const connection = new AbortController();
    const opened = Sftp.open(client as never, connection.signal);
    const refused = expect(opened).rejects.toMatchObject({ code: 'target-unreachable' });
    pass(connection);
    await refused;
    come(undefined, wrapper);
    expect(wrapper.end).toHaveBeenCalledTimes(1);
    // Nobody else listens, and an error that nobody hears ends the app.
    wrapper.emit('error', new Error('lost'));
  });

  it('in time is not, also when that wait would be over', async () => {
    vi.useFakeTimers();
    const wrapper = Object.assign(new EventEmitter(), { end: vi.fn() });
    await Sftp.open({ sftp: (done: Done) => done(undefined, wrapper) } as never, new AbortController().signal);
    vi.advanceTimersByTime(60_000);
    expect(wrapper.end).not.toHaveBeenCalled();
  });
});

it('a question without an answer fails as soon as the connection is severed, and so does the next', async () => {
  const wrapper = Object.assign(new EventEmitter(), { stat: () => undefined });
  const client = { sftp: (done: Done) => done(undefined, wrapper) };
  const severed = new AbortController();
  const sftp = await Sftp.open(client as never, severed.signal);
  const asked = sftp.stat('/srv');
  severed.abort();
  await expect(asked).rejects.toMatchObject({ code: 'connection-refused' });
  await expect(sftp.stat('/srv')).rejects.toMatchObject({ code: 'connection-refused' });
});

it.each([
  [32_768, 261_120, 4, 4 * 32_768 - 29],
  [32_768, 32_768, 4, 32_768 - 29],
  [32_768, 34_000, 4, 32_768 - 29],
  [16_384, 32_768, 256, 2 * 16_384 - 281],
  [1_000_000, 65_536, 4, 2 * 32_768 - 29],
])(
  'with packets of %i and %i bytes a question, one to write fills whole packets',
  async (packet, most, handle, piece) => {
    const inside = { outgoing: { packetSize: packet }, _maxWriteLen: most };
    const client = { sftp: (done: Done) => done(undefined, Object.assign(new EventEmitter(), inside)) };
    const sftp = await Sftp.open(client as never, new AbortController().signal);
    expect(sftp.pieceToWrite(Buffer.alloc(handle))).toBe(piece);
    expect(piece).toBeLessThanOrEqual(Math.max(most, 32_768));
  },
);
