import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signFeed } from '../../../backend/updates/sign-feed.ts';
import type { AuditEntry } from '../../../protocol/model/audit.ts';
import type { Clock } from '../../../protocol/time.ts';
import type { Artefact, Feed } from '../../../protocol/update/feed.ts';
import { startTestBackend, type TestBackend, type TestClient } from '../../support/backend.ts';
import { artefactOf, DAY_MS, feedOf, newSigner, publicHalf, type Signer } from '../../support/release.ts';

const [ann, eve] = [newSigner(), newSigner()];
let backend: TestBackend;
let auditor: TestClient;
/** What limits how often one may is forgotten between tests. */
let later = 0;
const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() + later };
beforeAll(async () => {
  backend = await startTestBackend({ updateKeys: [publicHalf(ann)], clock });
  auditor = await backend.signIn('uma');
});
afterAll(() => backend.dispose());
let seen = 0;
beforeEach(async () => {
  later += 3600_000;
  seen = (await entries()).at(-1)?.seq ?? seen;
});
afterEach(() => rm(join(backend.folder, 'updates'), { recursive: true, force: true }));

const file = (bytes = 50_000): { content: Buffer<ArrayBuffer>; artefact: Artefact } => {
  const content = randomBytes(bytes);
  return { content, artefact: artefactOf({ bytes, sha256: createHash('sha256').update(content).digest('hex') }) };
};
const now = (changes: Partial<Feed> = {}): Partial<Feed> => ({
  audience: [backend.address],
  publishedAt: Date.now(),
  expiresAt: Date.now() + DAY_MS,
  sequence: 1,
  ...changes,
});
const signed = (changes: Partial<Feed>, signers: Signer[] = [ann]): string =>
  signFeed(
    feedOf(signers, now(changes)),
    signers.map(({ key }) => key),
  );

interface Answer {
  status: number;
  body: {
    live?: boolean;
    id?: string;
    missing?: { sha256: string; received: number }[];
    received?: number;
    done?: boolean;
    code?: string;
    detail?: string;
  };
}
const answer = async (response: Response): Promise<Answer> => ({
  status: response.status,
  body: (await response.json()) as Answer['body'],
});
const propose = async (text: string, channel = 'stable'): Promise<Answer> =>
  answer(
    await fetch(`${backend.address}/updates/${channel}/proposal`, {
      method: 'POST',
      body: text,
      headers: { 'content-type': 'application/json' },
    }),
  );
const put = async (id: string, sha256: string, offset: number, body: Uint8Array<ArrayBuffer>): Promise<Answer> =>
  answer(
    await fetch(`${backend.address}/updates/files/${sha256}?proposal=${id}&offset=${offset}`, {
      method: 'PUT',
      body,
      headers: { 'content-type': 'application/octet-stream' },
    }),
  );
const live = async (): Promise<string | undefined> => {
  const response = await fetch(`${backend.address}/updates/stable.json`);
  return response.ok ? response.text() : undefined;
};
const inFiles = async (): Promise<string[]> => readdir(join(backend.folder, 'updates', 'files')).catch(() => []);
const entries = async (): Promise<AuditEntry[]> => {
  const { entries } = await auditor.call('audit.list', { query: { after: seen, limit: 1000 } });
  return entries.filter(({ kind }) => kind.startsWith('release.'));
};
const idOf = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a feed that is not taken', () => {
  test.each<[string, () => string, number, RegExp]>([
    ['nonsense', () => '{"a":1}', 400, /no update feed/],
    ['a strange key', () => signed({}, [eve]), 403, /not trusted/],
    ['a bad signature', () => signed({}).replace(/"payload":"eyJ/, '"payload":"eyK'), 403, /signature.*wrong/],
    ['one for another backend', () => signed({ audience: ['https://b.example.com'] }), 403, /not of .* --for http/],
    ['another channel', () => signed({ channel: 'beta' }), 400, /channel "beta"/],
    ['one that has expired', () => signed({ publishedAt: 1, expiresAt: 2 }), 400, /expired/],
    [
      'one of next week',
      () => signed({ publishedAt: Date.now() + 7 * DAY_MS, expiresAt: Date.now() + 9 * DAY_MS }),
      400,
      /future/,
    ],
  ])('%s', async (_, text, status, sentence) => {
    const refused = await propose(text());
    expect(refused).toMatchObject({ status, body: { detail: expect.stringMatching(sentence) } });
    expect(await live()).toBeUndefined();
    expect(await entries()).toMatchObject([
      {
        kind: 'release.refused',
        outcome: 'refused',
        subject: 'stable',
        message: refused.body.detail,
        code: refused.body.code,
      },
    ]);
  });

  test('one too long, another form and an unknown channel', async () => {
    expect((await propose(' '.repeat(300_000))).status).toBe(413);
    expect((await propose(signed({}), 'nightly')).status).toBe(400);
    const form = { method: 'POST', body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect((await fetch(`${backend.address}/updates/stable/proposal`, form)).status).toBe(415);
    expect(await readdir(join(backend.folder, 'updates')).catch(() => [])).toEqual([]);
  });

  test('an older one, once a newer is live; the live one again is no news and no entry', async () => {
    const [older, newer] = [signed({ artefacts: [] }), signed({ sequence: 2, artefacts: [] })];
    expect((await propose(newer)).body).toEqual({ live: true, missing: [] });
    expect(await propose(older)).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/older \(1\)/) } });
    expect((await propose(newer)).body).toEqual({ live: true, missing: [] });
    expect(await live()).toBe(newer);
    expect((await entries()).map(({ kind }) => kind)).toEqual(['release.published', 'release.refused']);
  });

  test('one of a key that was taken out, and one that brings it back on the other channel', async () => {
    const ben = newSigner();
    await propose(signed({ artefacts: [] }));
    expect(
      (await propose(signFeed(feedOf([ben], now({ sequence: 2, artefacts: [] })), [ann.key, ben.key]))).status,
    ).toBe(200);
    expect((await propose(signed({ sequence: 3, artefacts: [] }))).status).toBe(403);
    expect((await propose(signed({ sequence: 3, channel: 'beta', artefacts: [] }), 'beta')).status).toBe(403);
    expect((await propose(signed({ sequence: 3, artefacts: [] }, [ben]))).status).toBe(200);
  });
});

describe('a file', () => {
  test('comes in pieces, and the feed goes live after the last one alone', async () => {
    const { content, artefact } = file();
    const text = signed({ artefacts: [artefact] });
    const { body } = await propose(text);
    expect(body).toEqual({ live: false, id: idOf(text), missing: [{ sha256: artefact.sha256, received: 0 }] });
    expect(await put(idOf(text), artefact.sha256, 0, content.subarray(0, 20_000))).toMatchObject({
      body: { received: 20_000, done: false },
    });
    expect([await live(), await inFiles()]).toEqual([undefined, []]);
    expect((await fetch(`${backend.address}/updates/files/${artefact.sha256}`)).status).toBe(404);
    expect((await propose(text)).body.missing).toEqual([{ sha256: artefact.sha256, received: 20_000 }]);
    expect((await put(idOf(text), artefact.sha256, 20_000, content.subarray(20_000))).body).toEqual({
      received: 50_000,
      done: true,
    });
    expect(await live()).toBeUndefined();
    expect((await propose(text)).body).toEqual({ live: true, missing: [] });
    expect(await live()).toBe(text);
    const got = await fetch(`${backend.address}/updates/files/${artefact.sha256}`);
    expect(Buffer.from(await got.arrayBuffer()).equals(content)).toBe(true);
    expect(await readdir(join(backend.folder, 'updates', 'incoming'))).toEqual([]);
    expect(await entries()).toMatchObject([
      {
        kind: 'release.published',
        actor: 'nobody',
        subject: 'stable',
        details: { version: '1.2.3', sequence: 1, signedBy: [ann.id] },
      },
    ]);
  });

  test.each<[string, (sha256: string, id: string, content: Buffer<ArrayBuffer>) => Promise<Answer>, number, RegExp]>([
    ['without a feed that waits', (sha256, _id, content) => put('0'.repeat(64), sha256, 0, content), 403, /No release/],
    ['that no feed names', (_, id, content) => put(id, '1'.repeat(64), 0, content), 403, /No release/],
    ['of another content', (sha256, id) => put(id, sha256, 0, Buffer.alloc(50_000)), 400, /SHA-256 is another/],
    [
      'longer than announced',
      (sha256, id) => put(id, sha256, 0, Buffer.alloc(50_001)),
      400,
      /longer than the announced 50000/,
    ],
    [
      'from the middle',
      (sha256, id, content) => put(id, sha256, 10, content.subarray(10)),
      409,
      /goes on at byte 0, not 10/,
    ],
  ])('%s is refused, audited, and not there', async (_, act, status, sentence) => {
    const { content, artefact } = file();
    const text = signed({ artefacts: [artefact] });
    await propose(text);
    const refused = await act(artefact.sha256, idOf(text), content);
    expect(refused).toMatchObject({ status, body: { detail: expect.stringMatching(sentence) } });
    expect(await inFiles()).toEqual([]);
    expect(await propose(text)).toMatchObject({ body: { live: false, missing: [{ received: 0 }] } });
    expect(await entries()).toMatchObject([{ kind: 'release.refused', message: refused.body.detail }]);
    // Nothing stands in the way of the right one.
    expect((await put(idOf(text), artefact.sha256, 0, content)).body.done).toBe(true);
  });

  test.each<[string, string, RequestInit]>([
    ['a hash that is a path', '/updates/files/..%2f..%2fx?proposal=ID&offset=0', {}],
    ['an offset below nothing', '/updates/files/HASH?proposal=ID&offset=-1', {}],
    ['an offset that is no number', '/updates/files/HASH?proposal=ID&offset=1e3', {}],
    ['a proposal that is a path', '/updates/files/HASH?proposal=../stable&offset=0', {}],
    ['a word more', '/updates/files/HASH?proposal=ID&offset=0&force=1', {}],
    ['JSON', '/updates/files/HASH?proposal=ID&offset=0', { headers: { 'content-type': 'application/json' } }],
    ['a form', '/updates/files/HASH?proposal=ID&offset=0', { headers: { 'content-type': 'text/plain' } }],
    ['nothing', '/updates/files/HASH?proposal=ID&offset=0', { body: '' }],
    ['a piece of 9 MiB', '/updates/files/HASH?proposal=ID&offset=0', { body: Buffer.alloc(9 * 1024 ** 2) }],
  ])('%s is no piece', async (_, path, init) => {
    const { artefact } = file();
    const text = signed({ artefacts: [artefact] });
    await propose(text);
    const at = path.replace('HASH', artefact.sha256).replace('ID', idOf(text));
    const headers = { 'content-type': 'application/octet-stream' };
    const put = fetch(`${backend.address}${at}`, { method: 'PUT', headers, body: 'x', ...init });
    // What is far too long is cut off rather than read to its end.
    const status = await put.then((response) => response.status).catch(() => 'cut');
    expect([400, 413, 415, 'cut']).toContain(status);
    expect(await inFiles()).toEqual([]);
  });

  test('that broke off in the middle goes on where it ended', async () => {
    const { content, artefact } = file(400_000);
    const text = signed({ artefacts: [artefact] });
    const id = (await propose(text)).body.id ?? '';
    const { hostname, port } = new URL(backend.address);
    const socket = connect(Number(port), hostname);
    const head = `PUT /updates/files/${artefact.sha256}?proposal=${id}&offset=0 HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\ncontent-length: 400000\r\n\r\n`;
    socket.write(head);
    socket.write(content.subarray(0, 150_000));
    const part = join(backend.folder, 'updates', 'incoming', `${artefact.sha256}.part`);
    await expect.poll(async () => (await stat(part).catch(() => undefined))?.size).toBe(150_000);
    socket.destroy();
    await expect.poll(async () => (await put(id, artefact.sha256, 1, content.subarray(0, 1))).status).toBe(409);
    const received = (await propose(text)).body.missing?.[0]?.received ?? 0;
    expect(received).toBe(150_000);
    expect((await put(id, artefact.sha256, received, content.subarray(received))).body.done).toBe(true);
    expect((await propose(text)).body.live).toBe(true);
  });

  test('is taken in by one connection at a time', async () => {
    const { content, artefact } = file(400_000);
    const text = signed({ artefacts: [artefact] });
    const id = (await propose(text)).body.id ?? '';
    const slow = httpRequest(`${backend.address}/updates/files/${artefact.sha256}?proposal=${id}&offset=0`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', 'content-length': 400_000 },
    });
    const done = new Promise<number | undefined>((resolve) => slow.on('response', (r) => resolve(r.statusCode)));
    slow.write(content.subarray(0, 1000));
    const part = join(backend.folder, 'updates', 'incoming', `${artefact.sha256}.part`);
    await expect.poll(async () => (await stat(part).catch(() => undefined))?.size).toBe(1000);
    expect((await put(id, artefact.sha256, 0, content)).status).toBe(429);
    slow.end(content.subarray(1000));
    expect(await done).toBe(200);
    expect(await inFiles()).toEqual([artefact.sha256]);
  });

  test('that is there already is not asked for', async () => {
    const { content, artefact } = file();
    await mkdir(join(backend.folder, 'updates', 'files'), { recursive: true });
    await writeFile(join(backend.folder, 'updates', 'files', artefact.sha256), content);
    expect((await propose(signed({ artefacts: [artefact] }))).body).toEqual({ live: true, missing: [] });
  });

  test('that was cut short on the disk is asked for again', async () => {
    const { content, artefact } = file();
    await mkdir(join(backend.folder, 'updates', 'files'), { recursive: true });
    await writeFile(join(backend.folder, 'updates', 'files', artefact.sha256), content.subarray(1));
    expect((await propose(signed({ artefacts: [artefact] }))).body.live).toBe(false);
  });
});

describe('two who publish at once', () => {
  test('upload beside each other; the second to finish is refused if it is not newer', async () => {
    const [one, two] = [file(), file()];
    const [a, b] = [signed({ artefacts: [one.artefact] }), signed({ artefacts: [two.artefact], version: '1.2.4' })];
    await Promise.all([propose(a), propose(b)]);
    await Promise.all([
      put(idOf(a), one.artefact.sha256, 0, one.content),
      put(idOf(b), two.artefact.sha256, 0, two.content),
    ]);
    const answers = await Promise.all([propose(a), propose(b)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await live()).toBe(answers[0]?.status === 200 ? a : b);
  });

  test('may not have any number of releases waiting', async () => {
    const texts = Array.from({ length: 11 }, () => signed({ artefacts: [file().artefact] }));
    const statuses = [];
    for (const text of texts) statuses.push((await propose(text)).status);
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
  });
});

test('strangers fill neither the audit log nor the waiting room', async () => {
  const patient = await startTestBackend({ updateKeys: [publicHalf(ann)] });
  try {
    const who = await patient.signIn('uma');
    const send = (text: string) =>
      fetch(`${patient.address}/updates/stable/proposal`, {
        method: 'POST',
        body: text,
        headers: { 'content-type': 'application/json' },
      });
    const statuses: number[] = [];
    for (let n = 0; n < 40; n += 1) statuses.push((await send(signed({ sequence: n + 1 }, [eve]))).status);
    expect(statuses.filter((status) => status === 403)).toHaveLength(30);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    const list = async () =>
      (await who.call('audit.list', { query: { after: 0, limit: 1000 } })).entries.filter(
        ({ kind }) => kind === 'release.refused',
      );
    expect(await list()).toHaveLength(20);
    expect(await readFile(join(patient.folder, 'updates', 'stable.json'), 'utf8').catch(() => 'none')).toBe('none');
  } finally {
    await patient.dispose();
  }
});

test('a backend whose configuration names no keys takes nothing in', async () => {
  const closed = await startTestBackend({ updateKeys: [] });
  try {
    const init = { method: 'POST', body: signed({}), headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${closed.address}/updates/stable/proposal`, init);
    expect([response.status, await response.json()]).toMatchObject([
      403,
      { detail: expect.stringMatching(/names no keys/) },
    ]);
  } finally {
    await closed.dispose();
  }
});
