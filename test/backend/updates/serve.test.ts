import { randomBytes } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { byteRange } from '../../../backend/updates/byte-range.ts';
import { Downloads } from '../../../backend/updates/downloads.ts';
import { updateFolder } from '../../../backend/updates/folder.ts';
import { registerUpdates } from '../../../backend/updates/routes.ts';
import { AppError } from '../../../protocol/errors.ts';
import { startTestBackend, type TestBackend } from '../../support/backend.ts';
import { newSigner, published } from '../../support/release.ts';

const HASH = 'ab'.repeat(32);
const BYTES = randomBytes(300_000);
let backend: TestBackend;
let without: TestBackend;
beforeAll(async () => {
  [backend, without] = await Promise.all([startTestBackend({ updateKeys: [] }), startTestBackend()]);
  const folder = join(backend.folder, 'updates');
  await mkdir(join(folder, 'files', 'c'.repeat(64)), { recursive: true });
  await writeFile(join(folder, 'files', HASH), BYTES);
  await writeFile(join(folder, 'files', 'secret'), 'secret');
  await writeFile(join(folder, 'trust.json'), '{}');
  await writeFile(join(folder, 'stable.json'), published([newSigner()]));
});
afterAll(() => Promise.all([backend.dispose(), without.dispose()]));

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  fetch(`${backend.address}${path}`, { method, headers });
/** Without the tidying up that fetch does to an address. */
const getRaw = (path: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(backend.address);
    httpRequest({ hostname, port, path }, (response) => {
      let text = '';
      response
        .on('data', (chunk) => (text += chunk))
        .on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });

describe('nothing else can be had', () => {
  test.each([
    '/updates',
    '/updates/',
    '/updates/files',
    '/updates/files/',
    '/updates/trust.json',
    '/updates/gamma.json',
    '/updates/beta.json',
    '/updates/stable',
    '/updates/STABLE.json',
    '/updates/stable.json.bak',
    '/updates/stable.json/',
    '/updates//stable.json',
    '/updates/stable%00.json',
    '/updates/./trust.json',
    '/updates/files/secret',
    '/updates/files/../trust.json',
    '/updates/files/..%2ftrust.json',
    '/updates/files/%2e%2e%2ftrust.json',
    '/updates/files/..%5ctrust.json',
    '/updates/files/%252e%252e%252ftrust.json',
    `/updates/files/${HASH}/`,
    `/updates/files/${HASH}.part`,
    `/updates/files/${HASH}%00`,
    `/updates/files/${HASH}%0a`,
    `/updates/files/${HASH.toUpperCase()}`,
    `/updates/files/${'c'.repeat(64)}`,
    `/updates/files/${'d'.repeat(64)}`,
    `/updates/files/${'a'.repeat(63)}/`,
    `/updates/incoming/${HASH}.part`,
    '/updates/../policy.yaml',
    '/updates/..%2fpolicy.yaml',
    '/updates/%2e%2e/policy.yaml',
    '/updates/..;/policy.yaml',
    '/updates/files/%c0%ae%c0%ae/trust.json',
  ])('%s', async (path) => {
    const { status, text } = await getRaw(path);
    expect([400, 404]).toContain(status);
    expect(JSON.parse(text)).toMatchObject({ status, detail: expect.stringMatching(/\.$/) });
    expect(text).not.toMatch(/secret|Traceback|ENOENT|\/tmp/);
  });

  test.each([
    ['DELETE', '/updates/stable.json', 'GET or HEAD'],
    ['PUT', '/updates/stable.json', 'GET or HEAD'],
    ['POST', `/updates/files/${HASH}`, 'GET or HEAD or PUT'],
    ['GET', '/updates/stable/proposal', 'POST'],
  ])('%s %s', async (method, path, allowed) => {
    const response = await get(path, {}, method);
    expect(response.status).toBe(405);
    expect(await response.json()).toMatchObject({ detail: `Use ${allowed} here.` });
  });

  test.each(['/updates/stable.json', `/updates/files/${HASH}`, '/updates/anything/else'])(
    'a backend without updates says so at %s',
    async (path) => {
      const response = await fetch(`${without.address}${path}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ detail: expect.stringMatching(/hands out no updates/) });
    },
  );

  test('a backend without updates takes none', async () => {
    const body = JSON.stringify({ x: 'y'.repeat(100_000) });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${without.address}/updates/stable/proposal`, { method: 'POST', headers, body });
    expect(response.status).toBe(404);
  });
});

describe('a feed', () => {
  test('comes as it was signed, to be asked about each time', async () => {
    const response = await get('/updates/stable.json');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, no-cache');
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(Object.keys((await response.json()) as object)).toEqual(['payload', 'signatures']);
  });

  test('is not sent again to whoever has it', async () => {
    const etag = (await get('/updates/stable.json')).headers.get('etag') ?? '';
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*'])
      expect((await get('/updates/stable.json', { 'if-none-match': header })).status).toBe(304);
    expect((await get('/updates/stable.json', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('has a head', async () => {
    const response = await get('/updates/stable.json', {}, 'HEAD');
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(100);
  });
});

describe('a file', () => {
  const path = `/updates/files/${HASH}`;

  test('comes whole, for ever the same', async () => {
    const response = await get(path);
    expect(Buffer.from(await response.arrayBuffer()).equals(BYTES)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: `"${HASH}"`,
      'content-length': String(BYTES.length),
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
      'cache-control': expect.stringMatching(/immutable/),
      'x-content-type-options': 'nosniff',
    });
  });

  test('has a head, and is not sent again', async () => {
    const head = await get(path, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(BYTES.length)]);
    expect((await head.arrayBuffer()).byteLength).toBe(0);
    expect((await get(path, { 'if-none-match': `"${HASH}"` })).status).toBe(304);
  });

  test.each<[string, Record<string, string>, number, number, number]>([
    ['the rest', { range: 'bytes=299990-' }, 206, 299_990, 10],
    ['a part', { range: 'bytes=5-9' }, 206, 5, 5],
    ['the end', { range: 'bytes=-7' }, 206, 299_993, 7],
    ['more than there is', { range: 'bytes=299999-99999999' }, 206, 299_999, 1],
    ['the rest of the same file', { range: 'bytes=10-', 'if-range': `"${HASH}"` }, 206, 10, 299_990],
    ['the rest of another file', { range: 'bytes=10-', 'if-range': '"other"' }, 200, 0, 300_000],
    ['the rest, as of a date', { range: 'bytes=10-', 'if-range': new Date().toUTCString() }, 200, 0, 300_000],
    ['two parts', { range: 'bytes=0-1,4-5' }, 200, 0, 300_000],
    ['nonsense', { range: 'bytes=x-y' }, 200, 0, 300_000],
    ['a part backwards', { range: 'bytes=9-5' }, 200, 0, 300_000],
    ['other units', { range: 'lines=1-2' }, 200, 0, 300_000],
  ])('%s', async (_, headers, status, from, length) => {
    const response = await get(path, headers);
    expect(response.status).toBe(status);
    expect(Buffer.from(await response.arrayBuffer()).equals(BYTES.subarray(from, from + length))).toBe(true);
    expect(response.headers.get('content-length')).toBe(String(length));
    if (status === 206) expect(response.headers.get('content-range')).toBe(`bytes ${from}-${from + length - 1}/300000`);
  });

  test.each(['bytes=300000-', 'bytes=-0', 'bytes=300000-400000'])('%s is past its end', async (range) => {
    const response = await get(path, { range });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */300000']);
  });

  test('a range of an empty file is nothing', () => {
    expect(byteRange('bytes=0-', 0)).toBe('unsatisfiable');
  });
});

describe('too many at once', () => {
  const limits = { atOneAddress: 2, atAll: 4, slow: 20_000, windowMs: 15_000 };
  /** @param rates bytes a second of each who downloads, by address, in the order in which they came */
  function full(rates: readonly [string, number][]) {
    let now = 0;
    const cut: string[] = [];
    const downloads = new Downloads(limits, () => now);
    const ends = rates.map(([address, rate], n) => {
      const since = now;
      const taken = (): number => ((now - since) / 1000) * rate;
      return downloads.begin({ address, taken, cut: () => cut.push(`${address}${n}`) });
    });
    const passes = (ms: number): void => {
      now += ms;
      downloads.measure();
    };
    const comes = (address: string): string => {
      try {
        const before = cut.length;
        downloads.begin({ address, taken: () => 0, cut: () => undefined });
        return cut[before] ?? 'in';
      } catch (error) {
        return error instanceof AppError ? error.code : String(error);
      }
    };
    return { downloads, ends, passes, comes, cut };
  }
  const STALLED = 1;
  const HONEST = 50_000;

  test('one address has a part of all places, and gets them back', () => {
    const { downloads, ends, comes, cut } = full([
      ['a', HONEST],
      ['a', HONEST],
    ]);
    expect([comes('a'), comes('b')]).toEqual(['too-many-requests', 'in']);
    ends[0]?.();
    ends[0]?.();
    expect(downloads.count).toBe(2);
    expect([comes('a'), cut]).toEqual(['in', []]);
  });

  test.each<[string, [string, number][], number, string, string]>([
    [
      'nobody is cut who takes enough',
      [
        ['a', HONEST],
        ['b', HONEST],
        ['c', HONEST],
        ['d', HONEST],
      ],
      60_000,
      'e',
      'too-many-requests',
    ],
    [
      'nobody is cut before they were watched',
      [
        ['a', 0],
        ['b', 0],
        ['c', 0],
        ['d', 0],
      ],
      14_000,
      'e',
      'too-many-requests',
    ],
    [
      'the slowest is cut',
      [
        ['a', HONEST],
        ['b', 9],
        ['c', STALLED],
        ['d', 20_000],
      ],
      15_000,
      'e',
      'c2',
    ],
    [
      'the slow of the same address, where that has too many',
      [
        ['a', HONEST],
        ['a', STALLED],
      ],
      15_000,
      'a',
      'a1',
    ],
    [
      'the slow of others are no help where one address has too many',
      [
        ['a', HONEST],
        ['a', HONEST],
        ['b', STALLED],
      ],
      15_000,
      'a',
      'too-many-requests',
    ],
    [
      'who has two gives one to who has none',
      [
        ['a', HONEST],
        ['a', HONEST],
        ['b', HONEST],
        ['c', HONEST],
      ],
      15_000,
      'e',
      'a1',
    ],
    [
      'who has two gives none to who has one',
      [
        ['a', HONEST],
        ['a', HONEST],
        ['b', HONEST],
        ['c', HONEST],
      ],
      15_000,
      'b',
      'too-many-requests',
    ],
  ])('%s', (_, rates, ms, newcomer, expected) => {
    const { passes, comes } = full(rates);
    passes(ms);
    expect(comes(newcomer)).toBe(expected);
  });

  test('who was quick at first and stalls then is slow', () => {
    let now = 0;
    const cut = vi.fn();
    const downloads = new Downloads({ ...limits, atAll: 1 }, () => now);
    downloads.begin({ address: 'a', taken: () => Math.min(now * 1000, 10_000_000), cut });
    for (now = 15_000; now <= 30_000; now += 15_000) downloads.measure();
    downloads.begin({ address: 'b', taken: () => 0, cut: () => undefined });
    expect(cut).toHaveBeenCalledOnce();
  });

  test('readers who take nothing are cut for one who comes, and one with a slow link goes on', async () => {
    const app = fastify();
    app.setValidatorCompiler(() => () => true);
    const downloads = new Downloads({ atOneAddress: 3, atAll: 3, slow: 20_000, windowMs: 300 });
    registerUpdates(app, {
      ...{ folder: updateFolder(join(backend.folder, 'updates')), downloads },
      ...{ releases: undefined as never, clock: { now: () => Date.now(), monotonic: () => performance.now() } },
    });
    const big = 'd'.repeat(64);
    await writeFile(join(backend.folder, 'updates', 'files', big), Buffer.alloc(12_000_000));
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    const open = (): Promise<IncomingMessage> =>
      new Promise((resolve, reject) =>
        httpRequest(`${address}/updates/files/${big}`, resolve).on('error', reject).end(),
      );
    try {
      const stalled = await Promise.all([open(), open()]);
      const honest = await open();
      let taken = 0;
      const timer = setInterval(() => (taken += honest.read(15_000)?.length ?? 0), 50);
      // They take what the system holds for them, and then nothing.
      for (const one of stalled) one.pause();
      let newcomer = await open();
      for (; newcomer.statusCode !== 200; newcomer = await open()) newcomer.resume();
      clearInterval(timer);
      expect([honest.destroyed, taken > 0, downloads.count]).toEqual([false, true, 3]);
    } finally {
      app.server.closeAllConnections();
      await app.close();
    }
  });

  test('a server at its limit says when to come again, and is free once they have gone', async () => {
    const big = 'e'.repeat(64);
    await writeFile(join(backend.folder, 'updates', 'files', big), Buffer.alloc(8_000_000));
    const gone = new AbortController();
    const open = await Promise.all(
      Array.from({ length: 40 }, () => fetch(`${backend.address}/updates/files/${big}`, { signal: gone.signal })),
    );
    expect(new Set(open.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await get(`/updates/files/${big}`);
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('etag')]).toEqual([
      429,
      '60',
      null,
    ]);
    expect(await refused.json()).toMatchObject({ code: 'too-many-requests' });
    // The rest of the backend has places of its own.
    expect((await get('/updates/stable.json')).status).toBe(200);
    expect((await get('/api/v1/org')).status).toBe(200);
    gone.abort();
    await expect
      .poll(async () => (await get(`/updates/files/${big}`, { range: 'bytes=0-9' })).status, { timeout: 10_000 })
      .toBe(206);
  });
});

test('a link in the folder leads nowhere else', async () => {
  const name = 'f'.repeat(64);
  await symlink(backend.policyFile, join(backend.folder, 'updates', 'files', name));
  expect((await get(`/updates/files/${name}`)).status).toBe(404);
});
