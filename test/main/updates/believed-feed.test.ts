import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { believedFeed } from '../../../main/updates/believed-feed.ts';
import { KeptTrust } from '../../../main/updates/kept-trust.ts';
import type { Feed } from '../../../protocol/update/feed.ts';
import { endless, FileServer, status, whole } from './file-server.ts';
import { newSigner, type Signer, signedFeed } from './signed-feed.ts';

const [known, second, stranger] = [newSigner(), newSigner(), newSigner()];
const OTHER = 'https://other.example.com';
let folder: string;
let server: FileServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-feed-'));
  server = await FileServer.start(status(404));
});

afterEach(async () => {
  await server.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** Looks at what the server says now, as an app that is started anew. */
function look(signers: readonly Signer[] = [known], areEnforced = false) {
  const pinned = { keys: signers.map(({ key }) => key), areEnforced };
  const means = { fetch, trust: new KeptTrust(folder), pinned, now: () => Date.now() };
  return believedFeed({ backend: server.origin, channel: 'stable' }, means);
}
/** One for the apps of the server that runs now. */
const feed = (signers: readonly Signer[], fields: Partial<Feed> = {}): string =>
  signedFeed(signers, { audience: [server.origin], ...fields });
const says = (text: string): void => server.answerNow(whole(Buffer.from(text)));

describe('a feed', () => {
  it.each<[string, () => void, string, RegExp]>([
    ['signed by a stranger', () => says(feed([stranger])), 'not-allowed', /not trusted here/],
    ['with no signature that is right', () => says(altered()), 'not-allowed', /was altered/],
    ['that is no feed', () => says('<html>'), 'unavailable', /no update feed/],
    ['for the apps of another backend', () => says(feed([known], { audience: [OTHER] })), 'not-allowed', /not of http/],
    ['of another channel', () => says(feed([known], { channel: 'beta' })), 'unavailable', /channel "beta"/],
    ['that has expired', () => says(feed([known], { expiresAt: Date.now() - 1 })), 'unavailable', /expired/],
    [
      'from the future',
      () => says(feed([known], { publishedAt: Date.now() + 9e6, expiresAt: Date.now() + 1e7 })),
      'unavailable',
      /clock/,
    ],
    ['without an end', () => server.answerNow(endless), 'unavailable', /longer than/],
    ['behind a redirect', () => server.answerNow(status(302, { location: '/other' })), 'offline', /cannot be reached/],
    ['behind a fault', () => server.answerNow(status(503)), 'unavailable', /status 503/],
  ])('%s is not believed', async (_name, prepare, code, message) => {
    prepare();
    await expect(look()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(readFile(join(folder, 'update-trust.json'))).rejects.toThrow();
  });

  it('that was never there is none; one that is gone is missed', async () => {
    expect(await look()).toBeUndefined();
    says(feed([known]));
    expect(await look()).toMatchObject({ version: '1.1.0' });
    server.answerNow(status(404));
    await expect(look()).rejects.toMatchObject({ code: 'not-found' });
  });

  it('older than one already seen is not believed, also after a start; the same one is', async () => {
    says(feed([known], { sequence: 7 }));
    await look();
    await look();
    says(feed([known], { sequence: 6, version: '9.0.0' }));
    await expect(look()).rejects.toMatchObject({ message: expect.stringContaining('older') });
  });

  it('moves trust to new keys, and the old one is nobody then', async () => {
    says(feed([known, second], { sequence: 2, keys: [second.key] }));
    await look();
    says(feed([known], { sequence: 3 }));
    await expect(look()).rejects.toMatchObject({ code: 'not-allowed' });
    says(feed([second], { sequence: 4 }));
    expect(await look()).toMatchObject({ sequence: 4 });
  });

  it('moves no trust away from keys that the organisation enforces', async () => {
    says(feed([known, second], { sequence: 2, keys: [second.key] }));
    await look([known], true);
    says(feed([second], { sequence: 3 }));
    await expect(look([known], true)).rejects.toMatchObject({ code: 'not-allowed' });
    says(feed([known], { sequence: 4 }));
    expect(await look([known], true)).toMatchObject({ sequence: 4 });
    says(feed([known], { sequence: 3 }));
    await expect(look([known], true)).rejects.toMatchObject({ message: expect.stringContaining('older') });
  });

  it('of a key that a feed brought is not believed once the organisation enforces the keys that the app came with', async () => {
    says(feed([known, second], { sequence: 2, keys: [second.key] }));
    await look();
    says(feed([second], { sequence: 3 }));
    await expect(look([known], true)).rejects.toMatchObject({ code: 'not-allowed' });
    says(feed([known], { sequence: 3 }));
    expect(await look([known], true)).toMatchObject({ sequence: 3 });
    says(feed([second], { sequence: 4 }));
    expect(await look()).toMatchObject({ sequence: 4 });
  });

  it('is held against the keys of the app when what was remembered is broken', async () => {
    await writeFile(join(folder, 'update-trust.json'), '{"places": {"x": 1');
    says(feed([stranger]));
    await expect(look()).rejects.toMatchObject({ code: 'not-allowed' });
    says(feed([known]));
    expect(await look()).toMatchObject({ version: '1.1.0' });
  });

  it('for another backend moves neither trust nor numbers, though its signature is right', async () => {
    says(feed([known, second], { audience: [OTHER], sequence: 99, keys: [second.key] }));
    await expect(look()).rejects.toMatchObject({ message: expect.stringContaining(`for the apps of ${OTHER}`) });
    says(feed([known], { sequence: 2 }));
    expect(await look()).toMatchObject({ sequence: 2 });
  });

  it('for several addresses of one backend is believed at each of them', async () => {
    says(feed([known], { audience: [OTHER, server.origin] }));
    expect(await look()).toMatchObject({ version: '1.1.0' });
  });

  it('of one backend says nothing about another', async () => {
    says(feed([known], { sequence: 9 }));
    await look();
    const first = server;
    server = await FileServer.start(status(404));
    says(feed([known], { sequence: 2 }));
    expect(await look()).toMatchObject({ sequence: 2 });
    await first.dispose();
  });
});

/** A feed whose content was exchanged under a signature. */
function altered(): string {
  const { signatures } = JSON.parse(feed([known]));
  const { payload } = JSON.parse(feed([known], { version: '9.9.9' }));
  return JSON.stringify({ payload, signatures });
}
