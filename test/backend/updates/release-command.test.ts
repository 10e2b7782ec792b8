import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readKeyFile } from '../../../backend/updates/release/key-file.ts';
import type { ReleaseKey } from '../../../protocol/update/keys.ts';
import { verifyFeed } from '../../../protocol/update/verify-feed.ts';
import { BACKEND } from '../../support/release.ts';
import { ReleaseDesk, readPublished } from './release-desk.ts';

// Opening a sealed key is slow on purpose: each is opened once for all tests.
vi.mock('../../../backend/updates/release/key-file.ts', async (original) =>
  (await import('./open-each-key-once.ts')).openEachKeyOnce(original),
);

let desk: ReleaseDesk;
let ann: ReleaseKey;
let ben: ReleaseKey;
let place: string;
let count = 0;
beforeAll(async () => {
  desk = await ReleaseDesk.open();
  // Sealing costs a moment each: the same keys serve all tests.
  [ann, ben] = [await desk.keygen('ann'), await desk.keygen('ben')];
  await desk.keygen('eve');
});
afterAll(() => desk.dispose());
beforeEach(() => {
  count += 1;
  place = desk.path(`place-${count}`);
});

const LINUX = 'Sallyport-1.2.3-linux-x64.tar.gz';
const publish = async (version: string, ...more: string[]): Promise<string> => {
  const { path } = await desk.installer(`Sallyport-${version}-linux-x64.tar.gz`, 1000);
  return desk.sign('ann', 'publish', '--version', version, '--to', place, '--for', BACKEND, path, ...more);
};
const verified = async (keys: ReleaseKey[], channel: 'stable' | 'beta' = 'stable', lastSequence = 0) =>
  verifyFeed(await readFile(join(place, `${channel}.json`), 'utf8'), keys, {
    ...{ backend: BACKEND, channel },
    ...{ now: Date.now(), lastSequence },
  });

describe('keygen', () => {
  test('shows the public half alone, and keeps the private one sealed, for its owner', async () => {
    const key = desk.path('ann.key');
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    const text = await readFile(key, 'utf8');
    const raw = (await readKeyFile(key, 'correct horse battery')).export({ format: 'jwk' }).d ?? '';
    expect(raw).toHaveLength(43);
    const shown = await readFile(desk.path('ann.json'), 'utf8');
    for (const where of [text, shown])
      for (const form of ['base64', 'hex', 'base64url'] as const)
        expect(where).not.toContain(Buffer.from(raw, 'base64url').toString(form));
    expect(JSON.parse(shown)).toEqual([{ id: ann.id, publicKey: ann.publicKey }]);
  });

  test.each<[string, string[], RegExp]>([
    ['over another key', ['--out', 'ann.key'], /never written over/],
    ['nowhere', [], /--out FILE/],
    ['in a folder that is not there', ['--out', 'no/where.key'], /cannot be written/],
  ])('%s is refused', async (_, [flag = '', name = ''], sentence) => {
    const out = flag === '' ? [] : [flag, desk.path(name)];
    await expect(desk.run('keygen', ...out, '--passphrase-file', desk.passphraseFile)).rejects.toThrow(sentence);
  });

  test('a short passphrase, or nobody to type one, is refused', async () => {
    await writeFile(desk.path('short'), 'hunter2\n');
    const out = ['--out', desk.path('short.key')];
    await expect(desk.run('keygen', ...out, '--passphrase-file', desk.path('short'))).rejects.toThrow(/12 characters/);
    await expect(desk.run('keygen', ...out)).rejects.toThrow(/--passphrase-file/);
    expect(await readdir(desk.folder)).not.toContain('short.key');
  });

  test('another passphrase does not open a key', async () => {
    await expect(readKeyFile(desk.path('ann.key'), 'wrong horse battery')).rejects.toThrow(/wrong passphrase/);
  });
});

describe('publish', () => {
  test('puts files and a feed there that the key vouches for', async () => {
    const tar = await desk.installer(LINUX);
    const deb = await desk.installer('Sallyport-1.2.3-linux-amd64.deb');
    const other = await desk.installer('odd name'.replace(' ', '-'));
    await writeFile(desk.path('notes'), 'Better.\n');
    const said = await desk.sign(
      'ann',
      ...['publish', '--version', '1.2.3', '--to', place, '--for', BACKEND, '--rollout', '10', '--expires', '2d'],
      ...['--notes-file', desk.path('notes'), '--artefact', `${other.path}=darwin/universal/zip`, tar.path, deb.path],
    );
    expect(said).toMatch(/1\.2\.3 is published on stable at .* for 10 % \(publication 1\)/);
    const verdict = await verified([ann]);
    expect(verdict).toMatchObject({
      ok: true,
      signedBy: [ann.id],
      feed: {
        audience: [BACKEND],
        sequence: 1,
        version: '1.2.3',
        notes: 'Better.',
        rolloutPercent: 10,
        paused: false,
        keys: [{ id: ann.id }],
        artefacts: [
          { platform: 'linux', arch: 'x64', format: 'tar.gz', sha256: tar.sha256, bytes: 100_000, name: LINUX },
          { platform: 'linux', arch: 'x64', format: 'deb', sha256: deb.sha256 },
          { platform: 'darwin', arch: 'universal', format: 'zip', sha256: other.sha256 },
        ],
      },
    });
    expect(verdict.ok && verdict.feed.expiresAt - verdict.feed.publishedAt).toBe(2 * 24 * 3600_000);
    for (const { sha256, content } of [tar, deb, other])
      expect((await readFile(join(place, 'files', sha256))).equals(content)).toBe(true);
    expect(await readdir(join(place, 'incoming'))).toEqual([]);
    expect(await readdir(place)).not.toContain('lock');
  });

  test.each<[string, string[], RegExp]>([
    ['no version', ['--version', ''], /--version/],
    ['half a version', ['--version', '1.2'], /such as 1\.2\.3/],
    ['another version than the file', ['--version', '1.2.4'], /an installer of 1\.2\.3, not of 1\.2\.4/],
    ['a channel there is not', ['--channel', 'nightly'], /stable and beta/],
    ['more than all', ['--rollout', '101'], /0 to 100/],
    ['less than nobody', ['--rollout=-1'], /0 to 100/],
    ['no end', ['--expires', '0d'], /30d or 12h/],
    ['an end in years', ['--expires', '401d'], /400d/],
    ['notes that are not there', ['--notes-file', '/nowhere/notes'], /cannot be read/],
    ['a kind there is not', ['--artefact', 'x=linux/x64/exe'], /PLATFORM\/ARCH\/FORMAT/],
    ['a trusted file that holds no keys', ['--trust', '/dev/null'], /does not hold public keys/],
    ['a misspelt option', ['--roll-out', '5'], /did you mean --rollout/],
    ['an address in the clear', ['--to', 'http://updates.example.com'], /no https address/],
    ['nobody whose apps it is for', ['--for', 'none'], /--for is the address of a backend alone/],
    ['a path of a backend', ['--for', `${BACKEND}/updates`], /address of a backend alone/],
    ['somebody at a backend', ['--for', 'https://ann@sallyport.example.com'], /address of a backend alone/],
    ['a file', ['--for', 'file:///srv'], /address of a backend alone/],
    [
      'eleven addresses',
      Array.from({ length: 11 }, (_, n) => ['--for', `${BACKEND}:${n + 1}`]).flat(),
      /ten addresses/,
    ],
    ['an address with a path', ['--to', 'https://updates.example.com/updates'], /address of the backend alone/],
  ])('%s is refused, and nothing is there', async (_, more, sentence) => {
    const { path } = await desk.installer(LINUX, 1000);
    const words = [
      ...(more.includes('--version') ? [] : ['--version', '1.2.3']),
      ...(more.includes('--to') ? [] : ['--to', place]),
      ...(more.includes('--for') ? [] : ['--for', BACKEND]),
    ];
    await expect(desk.sign('ann', 'publish', ...words, path, ...more)).rejects.toThrow(sentence);
    await expect(readdir(place)).rejects.toThrow(/ENOENT/);
  });

  test('a file that is not there, an empty one and one without a kind are refused', async () => {
    await writeFile(desk.path('Sallyport-1.2.3-linux-x64.rpm'), '');
    for (const [name, sentence] of [
      ['Sallyport-1.2.3-linux-arm64.deb', /cannot be read/],
      ['Sallyport-1.2.3-linux-x64.rpm', /cannot be published/],
      ['Sallyport-1.2.3-win-x64-portable.exe', /which installers/],
      ['SHA256SUMS', /which installers/],
      ['Sallyport-1.2.3-win-x64.deb', /say --artefact/],
    ] as const)
      await expect(desk.sign('ann', 'publish', '--version', '1.2.3', '--to', place, desk.path(name))).rejects.toThrow(
        sentence,
      );
    await expect(desk.sign('ann', 'publish', '--version', '1.2.3', '--to', place)).rejects.toThrow(/which installers/);
  });

  test('what is packaged beside the installers is passed over, and said', async () => {
    const deb = await desk.installer('Sallyport-1.2.3-linux-amd64.deb');
    const beside = [
      'Sallyport-1.2.3-win-x64-portable.exe',
      'Sallyport-1.2.3-sbom.cdx.json',
      'Sallyport-1.2.3-third-party-notices.txt',
      'SHA256SUMS',
    ];
    const words = ['publish', '--version', '1.2.3', '--to', place, '--for', BACKEND];
    const said = await desk.sign('ann', ...words, deb.path, ...beside.map((name) => desk.path(name)));
    for (const name of beside) expect(said).toContain(`${name} is passed over: no app updates by it.`);
    const verdict = await verified([ann]);
    expect(verdict.ok && verdict.feed.artefacts.map(({ format }) => format)).toEqual(['deb']);
  });

  test('two installers of one kind are refused', async () => {
    const [a, b] = [await desk.installer(LINUX), await desk.installer('Other-1.2.3-linux-x64.tar.gz')];
    await expect(
      desk.sign('ann', 'publish', '--version', '1.2.3', '--to', place, '--for', BACKEND, a.path, b.path),
    ).rejects.toThrow(/one kind/);
  });

  test('what is no newer is refused, the same only if said so', async () => {
    await publish('1.2.3');
    await expect(publish('1.2.2')).rejects.toThrow(/no app goes back/);
    await expect(publish('1.2.2', '--allow-same')).rejects.toThrow(/no app goes back/);
    await expect(publish('1.2.3')).rejects.toThrow(/--allow-same/);
    await publish('1.2.3', '--allow-same');
    expect(await readPublished(place)).toMatchObject({ sequence: 2, version: '1.2.3' });
  });

  test('what comes before a release is for beta', async () => {
    await expect(publish('1.3.0-beta.1')).rejects.toThrow(/for the channel beta/);
    await publish('1.3.0-beta.1', '--channel', 'beta');
    expect((await verified([ann], 'beta')).ok).toBe(true);
  });

  test("both channels draw on one row of numbers, and a channel's version is its own", async () => {
    await publish('1.3.0', '--channel', 'beta');
    await publish('1.2.3');
    expect([(await readPublished(place, 'beta')).sequence, (await readPublished(place)).sequence]).toEqual([1, 2]);
  });

  test('a stranger to what is published is refused, even with a key that it names', async () => {
    await publish('1.2.3');
    const { path } = await desk.installer('Sallyport-1.2.4-linux-x64.tar.gz');
    const words = ['publish', '--version', '1.2.4', '--to', place, path];
    await expect(desk.sign('eve', ...words)).rejects.toThrow(/signed by none of your keys/);
    // Trusting whoever published does not make one a publisher.
    await expect(desk.sign('eve', ...words, '--trust', desk.path('ann.json'))).rejects.toThrow(
      /none of these keys may/,
    );
    await desk.sign('ann', 'rotate', '--add', ben.publicKey, '--to', place);
    await expect(desk.sign('ben', ...words)).rejects.toThrow(/signed by none of your keys/);
    await desk.sign('ben', ...words, '--trust', desk.path('ann.json'));
    expect(await readPublished(place)).toMatchObject({ version: '1.2.4', sequence: 3 });
  });

  test('into a folder for the first time wants to know whose apps it is for', async () => {
    const { path } = await desk.installer(LINUX, 1000);
    const words = ['publish', '--version', '1.2.3', '--to', place, path];
    await expect(desk.sign('ann', ...words)).rejects.toThrow(/Say whose apps it is for/);
    await expect(readdir(place)).rejects.toThrow(/ENOENT/);
  });

  test('a feed that somebody has altered is not gone on from', async () => {
    await publish('1.2.3');
    const text = await readFile(join(place, 'stable.json'), 'utf8');
    await writeFile(join(place, 'stable.json'), text.replace(/"payload":"..../, '"payload":"AAAA'));
    await expect(publish('1.2.4')).rejects.toThrow(/signed by none of your keys/);
  });

  test('several who publish at once get numbers of their own, or are refused', async () => {
    await publish('1.0.0');
    const versions = Array.from({ length: 6 }, (_, n) => `1.0.${n + 1}`);
    const results = await Promise.allSettled(versions.map((version) => publish(version)));
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    for (const result of results)
      if (result.status === 'rejected') expect(String(result.reason)).toMatch(/older|no app goes back/);
    const { sequence } = await readPublished(place);
    expect(sequence).toBe(1 + results.filter(({ status }) => status === 'fulfilled').length);
    expect((await verified([ann])).ok).toBe(true);
  });
});

describe('what is published changes', () => {
  beforeEach(() => publish('1.2.3', '--rollout', '10', '--expires', '5d'));

  test('by roll-out, pause and resume, each signed anew with the next number', async () => {
    const to = ['--to', place];
    await desk.sign('ann', 'rollout', '50', ...to);
    expect(await readPublished(place)).toMatchObject({
      sequence: 2,
      rolloutPercent: 50,
      paused: false,
      version: '1.2.3',
    });
    await desk.sign('ann', 'pause', ...to);
    expect(await readPublished(place)).toMatchObject({ sequence: 3, rolloutPercent: 50, paused: true });
    await desk.sign('ann', 'resume', ...to);
    const feed = await readPublished(place);
    expect(feed).toMatchObject({ sequence: 4, paused: false });
    expect(feed.expiresAt - feed.publishedAt).toBe(5 * 24 * 3600_000);
    expect((await verified([ann])).ok).toBe(true);
  });

  test('renewing gives every channel a new end', async () => {
    await publish('1.3.0', '--channel', 'beta');
    await desk.sign('ann', 'renew', '--expires', '60d', '--to', place);
    for (const channel of ['stable', 'beta'] as const) {
      const feed = await readPublished(place, channel);
      expect(feed.expiresAt - feed.publishedAt).toBe(60 * 24 * 3600_000);
      expect((await verified([ann], channel, 3)).ok).toBe(true);
    }
  });

  test('goes on being for the same apps, until others are said', async () => {
    await desk.sign('ann', 'pause', '--to', place);
    expect(await readPublished(place)).toMatchObject({ audience: [BACKEND] });
    const both = ['--for', 'https://new.example.com/', '--for', BACKEND];
    await desk.sign('ann', 'renew', '--to', place, ...both);
    expect(await readPublished(place)).toMatchObject({ audience: ['https://new.example.com', BACKEND] });
    await desk.sign('ann', 'resume', '--to', place);
    expect(await readPublished(place)).toMatchObject({ audience: ['https://new.example.com', BACKEND] });
    const said = await publish('1.2.4', '--for', 'https://other.example.com');
    expect(said).toMatch(/for the apps of https:\/\/sallyport\.example\.com, https:\/\/other/);
  });

  test('keys come and go, on every channel', async () => {
    await publish('1.3.0', '--channel', 'beta');
    await desk.sign('ann', 'rotate', '--add', desk.path('ben.json'), '--to', place);
    expect((await readPublished(place)).keys.map(({ id }) => id)).toEqual([ann.id, ben.id]);
    await expect(desk.sign('ann', 'rotate', '--remove', ann.id, '--to', place)).rejects.toThrow(/a key that stays/);
    await desk.sign(['ann', 'ben'], 'rotate', '--remove', ann.id, '--to', place);
    for (const channel of ['stable', 'beta'] as const) {
      expect((await readPublished(place, channel)).keys.map(({ id }) => id)).toEqual([ben.id]);
      // Who missed everything since Ann follows, too.
      expect((await verified([ann], channel)).ok).toBe(true);
      expect((await verified([ben], channel)).ok).toBe(true);
    }
    await expect(desk.sign('ann', 'pause', '--to', place)).rejects.toThrow(/none of these keys may/);
    await desk.sign('ben', 'pause', '--to', place);
  });

  test.each<[string, string[], RegExp]>([
    ['a key that is not there', ['rotate', '--remove', '0123456789abcdef'], /There is no key/],
    ['a key twice', ['rotate', '--add', 'ann.json'], /may sign already/],
    ['no key at all', ['rotate'], /Say which keys/],
    ['keys of one channel', ['rotate', '--add', 'ben.json', '--channel', 'beta'], /all channels/],
    ['nothing on beta', ['pause', '--channel', 'beta'], /Nothing is published on beta/],
    ['a roll-out of no number', ['rollout', 'half'], /0 to 100/],
    ['a roll-out of nothing', ['rollout'], /how many of a hundred/],
    ['an act there is not', ['publsih'], /did you mean "publish"/],
  ])('%s is refused', async (_, words, sentence) => {
    const said = words.map((word) => (word.endsWith('.json') ? desk.path(word) : word));
    await expect(desk.sign('ann', ...said, '--to', place)).rejects.toThrow(sentence);
    expect(await readPublished(place)).toMatchObject({ sequence: 1 });
  });

  test('after a key was lost, another begins anew', async () => {
    const { path } = await desk.installer('Sallyport-1.2.4-linux-x64.tar.gz');
    await desk.sign('ben', 'publish', '--version', '1.2.4', '--anew', '--to', place, '--for', BACKEND, path);
    expect(await readPublished(place)).toMatchObject({ sequence: 1, keys: [{ id: ben.id }] });
    expect(await verified([ann])).toMatchObject({ code: 'unknown-key' });
  });

  test('show says how it stands, and whether it is to be believed', async () => {
    expect(await desk.run('show', '--to', place)).toMatch(/stable: 1\.2\.3, for 10 %, signature not compared/);
    expect(await desk.run('show', '--to', place, '--trust', desk.path('ann.json'))).toMatch(/signature verified/);
    expect(await desk.run('show', '--to', place, '--trust', desk.path('eve.json'))).toMatch(/NOBODY YOU TRUST/);
    expect(JSON.parse(await desk.run('show', '--to', place, '--json'))).toMatchObject([{ channel: 'stable' }]);
    expect(await desk.run('show', '--to', desk.path('empty'))).toMatch(/Nothing is published/);
  });
});

describe('old files', () => {
  const names = () => readdir(join(place, 'files'));
  const aged = async (folder: string, days: number): Promise<void> => {
    const when = Date.now() / 1000 - days * 24 * 3600;
    for (const name of await readdir(join(place, folder))) await utimes(join(place, folder, name), when, when);
  };

  test('stay for those who are downloading, and go after the time of grace', async () => {
    await publish('1.2.3');
    await aged('files', 30);
    await publish('1.2.4');
    expect(await names()).toHaveLength(2);
    await aged('replaced', 6);
    await desk.run('tidy', '--to', place);
    expect(await names()).toHaveLength(2);
    await aged('replaced', 8);
    expect(await desk.run('tidy', '--to', place)).toMatch(/^1 file removed/);
    expect(await names()).toEqual((await readPublished(place)).artefacts.map(({ sha256 }) => sha256));
  });

  test('that no feed names yet are left alone at first', async () => {
    await publish('1.2.3');
    await writeFile(join(place, 'files', 'a'.repeat(64)), 'on its way');
    await desk.run('tidy', '--to', place);
    expect(await names()).toHaveLength(2);
  });

  test('all stay when a feed cannot be read', async () => {
    await publish('1.2.3');
    await writeFile(join(place, 'beta.json'), 'half a fee');
    await aged('files', 30);
    await writeFile(join(place, 'files', 'b'.repeat(64)), 'x');
    await aged('files', 30);
    expect(await desk.run('tidy', '--to', place)).toMatch(/^0 files/);
    expect(await names()).toHaveLength(2);
  });

  test('a folder that is none has nothing to tidy', async () => {
    await mkdir(place, { recursive: true });
    expect(await desk.run('tidy', '--to', place)).toMatch(/^0 files/);
    await expect(desk.run('tidy', '--to', 'https://sallyport.example.com')).rejects.toThrow(/which folder/);
  });
});
