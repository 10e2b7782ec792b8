import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { believedFeed } from '../../../main/updates/believed-feed.ts';
import { KeptTrust } from '../../../main/updates/kept-trust.ts';
import { endless, FileServer, status, whole } from './file-server.ts';
import { newSigner, type Signer, signedFeed } from './signed-feed.ts';

const [known, second, stranger] = [newSigner(), newSigner(), newSigner()];
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
const says = (text: string): void => server.answerNow(whole(Buffer.from(text)));

describe('a feed', () => {
  it.each<[string, () => void, string, RegExp]>([
    ['signed by a stranger', () => says(signedFeed([stranger])), 'not-allowed', /not trusted here/],
    ['with no signature that is right', () => says(altered()), 'not-allowed', /was altered/],
    ['that is no feed', () => says('<html>'), 'unavailable', /no update feed/],
    ['of another channel', () => says(signedFeed([known], { channel: 'beta' })), 'unavailable', /channel "beta"/],
    ['that has expired', () => says(signedFeed([known], { expiresAt: Date.now() - 1 })), 'unavailable', /expired/],
    [
      'from the future',
      () => says(signedFeed([known], { publishedAt: Date.now() + 9e6, expiresAt: Date.now() + 1e7 })),
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
    says(signedFeed([known]));
    expect(await look()).toMatchObject({ version: '1.1.0' });
    server.answerNow(status(404));
    await expect(look()).rejects.toMatchObject({ code: 'not-found' });
  });

  it('older than one already seen is not believed, also after a start; the same one is', async () => {
    says(signedFeed([known], { sequence: 7 }));
    await look();
    await look();
    says(signedFeed([known], { sequence: 6, version: '9.0.0' }));
    await expect(look()).rejects.toMatchObject({ message: expect.stringContaining('older') });
  });

  it('moves trust to new keys, and the old one is nobody then', async () => {
    says(signedFeed([known, second], { sequence: 2, keys: [second.key] }));
    await look();
    says(signedFeed([known], { sequence: 3 }));
    await expect(look()).rejects.toMatchObject({ code: 'not-allowed' });
    says(signedFeed([second], { sequence: 4 }));
    expect(await look()).toMatchObject({ sequence: 4 });
  });

  it('moves no trust away from keys that the organisation enforces', async () => {
    says(signedFeed([known, second], { sequence: 2, keys: [second.key] }));
    await look([known], true);
    says(signedFeed([second], { sequence: 3 }));
    await expect(look([known], true)).rejects.toMatchObject({ code: 'not-allowed' });
    says(signedFeed([known], { sequence: 4 }));
    expect(await look([known], true)).toMatchObject({ sequence: 4 });
    says(signedFeed([known], { sequence: 3 }));
    await expect(look([known], true)).rejects.toMatchObject({ message: expect.stringContaining('older') });
  });

  it('of a key that a feed brought is not believed once the organisation enforces the keys that the app came with', async () => {
    says(signedFeed([known, second], { sequence: 2, keys: [second.key] }));
    await look();
    says(signedFeed([second], { sequence: 3 }));
    await expect(look([known], true)).rejects.toMatchObject({ code: 'not-allowed' });
    says(signedFeed([known], { sequence: 3 }));
    expect(await look([known], true)).toMatchObject({ sequence: 3 });
    says(signedFeed([second], { sequence: 4 }));
    expect(await look()).toMatchObject({ sequence: 4 });
  });

  it('is held against the keys of the app when what was remembered is broken', async () => {
    await writeFile(join(folder, 'update-trust.json'), '{"places": {"x": 1');
    says(signedFeed([stranger]));
    await expect(look()).rejects.toMatchObject({ code: 'not-allowed' });
    says(signedFeed([known]));
    expect(await look()).toMatchObject({ version: '1.1.0' });
  });

  it('of one backend says nothing about another', async () => {
    says(signedFeed([known], { sequence: 9 }));
    await look();
    const first = server;
    server = await FileServer.start(whole(Buffer.from(signedFeed([known], { sequence: 2 }))));
    expect(await look()).toMatchObject({ sequence: 2 });
    await first.dispose();
  });
});

/** A feed whose content was exchanged under a signature. */
function altered(): string {
  const { signatures } = JSON.parse(signedFeed([known]));
  const { payload } = JSON.parse(signedFeed([known], { version: '9.9.9' }));
  return JSON.stringify({ payload, signatures });
}
