import { describe, expect, it } from 'vitest';
import { permissionsOf, sizeOf } from '../../../../main/terminal/files/attributes.ts';
import { LeftOut } from '../../../../main/terminal/files/left-out.ts';
import { notWritten } from '../../../../main/terminal/files/local-refusal.ts';
import { LEFT_FREE_BYTES, mustHaveRoom } from '../../../../main/terminal/files/room.ts';
import type { Sendable } from '../../../../main/terminal/files/sendable.ts';
import { sendingWords } from '../../../../main/terminal/files/sending-words.ts';
import { droppedFilesSchema } from '../../../../protocol/ipc/dropped-files.ts';
import { MOST_DROPPED } from '../../../../protocol/ipc/most-dropped.ts';
import { sizeWords } from '../../../../protocol/size.ts';

it.each([
  [undefined, 0],
  [Number.NaN, 0],
  [-5, 0],
  [12, 12],
  [2 ** 63, Number.MAX_SAFE_INTEGER],
  [2n ** 64n - 1n, Number.MAX_SAFE_INTEGER],
])('a target that says %s bytes has %i', (size, bytes) => {
  expect(sizeOf({ size: size as number })).toBe(bytes);
});

it.each([
  [0o100_644, 0o644],
  [0o104_755, 0o4755],
  [undefined, null],
])('of mode %s the permissions are %s', (mode, bits) => {
  expect(permissionsOf({ mode: mode as number })).toBe(bits);
});

describe('what is left out of a folder', () => {
  it('is named, of many the first, of long names the end', () => {
    const leftOut = new LeftOut();
    expect(leftOut.sentence).toBe('');
    leftOut.add(['run'], 'lock', 'a link');
    expect(leftOut.sentence).toBe('Without run/lock (a link).');
    leftOut.add([], 'x'.repeat(500), 'a device');
    leftOut.add([], 'third', 'gone');
    leftOut.add([], 'fourth', 'gone');
    expect(leftOut.sentence).toMatch(
      /^Without run\/lock \(a link\), …x{60} \(a device\), third \(gone\) and 1 other\.$/,
    );
    for (let i = 0; i < 10_000; i++) leftOut.add([], 'y', 'gone');
    expect(leftOut.sentence.length).toBeLessThan(200);
    expect(leftOut.count).toBe(10_004);
  });
});

describe('room on the disk', () => {
  const free = (bytes: number | null) => async () => bytes;

  it.each<[number, number | null]>([
    [0, LEFT_FREE_BYTES],
    [1_000, LEFT_FREE_BYTES + 1_000],
    [Number.MAX_SAFE_INTEGER, null],
  ])('there is for %i bytes with %s free', async (bytes, there) => {
    await expect(mustHaveRoom('/', bytes, free(there))).resolves.toBeUndefined();
  });

  it.each([
    [0, LEFT_FREE_BYTES - 1],
    [1_001, LEFT_FREE_BYTES + 1_000],
    [Number.MAX_SAFE_INTEGER, 10e12],
  ])('there is none for %i bytes with %i free', async (bytes, there) => {
    await expect(mustHaveRoom('/', bytes, free(there))).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringMatching(/^There is no room for .* have to stay so\. Choose another disk\.$/),
    });
  });

  it.each([
    [0, '0 bytes'],
    [1_449, '1.4 kB'],
    [23_400_000_000, '23 GB'],
  ])('%i bytes are %s', (bytes, said) => {
    expect(sizeWords(bytes, 'bytes')).toBe(said);
  });
});

describe('what the disk of this computer refuses', () => {
  const refused = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' });

  it.each([
    ['ENOSPC', 'wrong-state', /disk of this computer is full/],
    ['EDQUOT', 'wrong-state', /not use more/],
    ['EACCES', 'not-allowed', /may not write into this folder/],
    ['EPERM', 'not-allowed', /may not write into this folder/],
    ['EROFS', 'not-allowed', /only be read/],
    ['EFBIG', 'wrong-state', /that large/],
    ['ENOENT', 'not-found', /is gone/],
    ['ENAMETOOLONG', 'wrong-state', /too deep/],
    ['EIO', 'wrong-state', /cannot be written here/],
  ])('%s is a sentence', (errno, code, message) => {
    expect(notWritten(refused(errno))).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('is told from what others do', () => {
    const other = new Error('a defect of ours');
    expect(notWritten(other)).toBe(other);
  });
});

describe('the question before what was dropped is sent', () => {
  const item = (path: string, bytes: number | null): Sendable => ({
    ...{ path, bytes, name: 'any', identity: '1:2' },
    kind: bytes === null ? 'folder' : 'file',
  });

  it('names each, on a line of its own, and where to', () => {
    const { message, detail } = sendingWords({
      ...{ to: 'deploy@db-1', folder: '/srv' },
      items: [item('/home/erin/a\n\u202eb', 812), item('/home/erin/tree', null)],
    });
    expect(message).toBe('Send these 2 files and folders to deploy@db-1?');
    expect(detail).toBe('Into /srv:\n\n/home/erin/a\ufffd\ufffdb, 812 bytes\n/home/erin/tree, all of it');
  });

  it('names the last of as many as there may be as it names the first', () => {
    const paths = Array.from({ length: MOST_DROPPED }, (_, i) => `/${'x'.repeat(300)}${i}`);
    const items = paths.map((path) => item(path, 1));
    const { detail } = sendingWords({ to: 'x@y', folder: `/${'d'.repeat(4000)}`, items });
    const lines = detail.split('\n').slice(2);
    expect(lines).toHaveLength(MOST_DROPPED);
    for (const [i, line] of lines.entries()) expect(line).toMatch(new RegExp(`^…x+${i}, 1 bytes$`));
    expect(detail.length).toBeLessThan(2_500);
  });
});

it.each([
  [MOST_DROPPED, true],
  [MOST_DROPPED + 1, false],
])('of %i dropped files it is %s that they are taken', (count, taken) => {
  const paths = Array.from({ length: count }, (_, i) => `/f${i}`);
  expect(droppedFilesSchema.safeParse({ terminalId: 'term-1', folder: '/srv', paths }).success).toBe(taken);
});
