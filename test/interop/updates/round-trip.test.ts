import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { feedEnvelopeSchema, SIGNED_CONTEXT } from '../../../protocol/update/feed.ts';
import type { ReleaseKey } from '../../../protocol/update/keys.ts';
import { verifyingKey } from '../../../protocol/update/release-key.ts';
import { verifyFeed } from '../../../protocol/update/verify-feed.ts';
import { ReleaseDesk, readPublished } from '../../backend/updates/release-desk.ts';
import { startTestBackend, type TestBackend } from '../../support/backend.ts';

// Opening a sealed key is slow on purpose: each is opened once for all tests.
vi.mock('../../../backend/updates/release/key-file.ts', async (original) =>
  (await import('../../backend/updates/open-each-key-once.ts')).openEachKeyOnce(original),
);

const run = promisify(execFile);
let desk: ReleaseDesk;
let ann: ReleaseKey;
let backend: TestBackend;
let other: TestBackend;
beforeAll(async () => {
  desk = await ReleaseDesk.open();
  ann = await desk.keygen('ann');
  const options = { updateKeys: [ann] };
  [backend, other] = await Promise.all([startTestBackend(options), startTestBackend(options)]);
});
afterAll(async () => {
  await Promise.all([backend.dispose(), other.dispose()]);
  await desk.dispose();
});

const feedText = async (): Promise<string> => (await fetch(`${backend.address}/updates/stable.json`)).text();

describe('published at a backend', () => {
  let tar: Awaited<ReturnType<ReleaseDesk['installer']>>;
  beforeAll(async () => {
    tar = await desk.installer('Sallyport-1.2.3-linux-x64.tar.gz', 3_500_000);
    const deb = await desk.installer('Sallyport-1.2.3-linux-amd64.deb', 1024 * 1024);
    await desk.sign(
      'ann',
      'publish',
      '--version',
      '1.2.3',
      '--to',
      backend.address,
      '--rollout',
      '25',
      tar.path,
      deb.path,
    );
  });

  test('feed and files come back as they were signed, for an app that has only the pinned key', async () => {
    const verdict = verifyFeed(await feedText(), [ann], {
      ...{ backend: backend.address, channel: 'stable' },
      ...{ now: Date.now(), lastSequence: 0 },
    });
    expect(verdict).toMatchObject({ ok: true, feed: { version: '1.2.3', rolloutPercent: 25 } });
    if (!verdict.ok) return;
    for (const { sha256, bytes } of verdict.feed.artefacts) {
      const got = Buffer.from(await (await fetch(`${backend.address}/updates/files/${sha256}`)).arrayBuffer());
      expect([got.length, createHash('sha256').update(got).digest('hex')]).toEqual([bytes, sha256]);
    }
  });

  test('openssl finds the signature right, and a changed payload wrong', async () => {
    const envelope = feedEnvelopeSchema.parse(JSON.parse(await feedText()));
    const payload = Buffer.from(envelope.payload, 'base64');
    await writeFile(desk.path('pub.pem'), verifyingKey(ann.publicKey).export({ format: 'pem', type: 'spki' }));
    await writeFile(desk.path('signature'), Buffer.from(envelope.signatures[0]?.signature ?? '', 'base64'));
    const verify = async (name: string, bytes: Buffer): Promise<string> => {
      await writeFile(desk.path(name), bytes);
      const words = [
        'pkeyutl',
        '-verify',
        '-rawin',
        '-pubin',
        '-inkey',
        'pub.pem',
        '-sigfile',
        'signature',
        '-in',
        name,
      ];
      return run('openssl', words, { cwd: desk.folder }).then(
        ({ stdout }) => stdout,
        (error: { stdout: string }) => error.stdout,
      );
    };
    expect(await verify('signed', Buffer.concat([Buffer.from(SIGNED_CONTEXT), payload]))).toMatch(
      /Verified Successfully/,
    );
    expect(await verify('payload', payload)).toMatch(/Verification Failure/i);
    payload[10] = (payload[10] ?? 0) ^ 1;
    expect(await verify('changed', Buffer.concat([Buffer.from(SIGNED_CONTEXT), payload]))).toMatch(/Failure/i);
  });

  test('curl goes on with half a download, and asks nothing twice', async () => {
    const out = desk.path('download');
    await writeFile(out, tar.content);
    await truncate(out, 1_234_567);
    const address = `${backend.address}/updates/files/${tar.sha256}`;
    const { stdout } = await run('curl', ['-sS', '-C', '-', '-o', out, '-w', '%{http_code} %{size_download}', address]);
    expect(stdout).toBe(`206 ${3_500_000 - 1_234_567}`);
    expect((await readFile(out)).equals(tar.content)).toBe(true);
    const etags = ['--etag-compare', desk.path('etag'), '--etag-save', desk.path('etag')];
    const code = async (path: string): Promise<string> =>
      (await run('curl', ['-sS', ...etags, '-o', '/dev/null', '-w', '%{http_code}', `${backend.address}${path}`]))
        .stdout;
    expect([await code('/updates/stable.json'), await code('/updates/stable.json')]).toEqual(['200', '304']);
  });

  test('what is for others is refused there, and what a backend shows of others is not signed for them again', async () => {
    const folder = join(other.folder, 'updates');
    try {
      const pause = ['pause', '--to', other.address];
      await mkdir(folder);
      await writeFile(join(folder, 'stable.json'), await feedText());
      await expect(desk.sign('ann', ...pause)).rejects.toThrow(`is for the apps of ${backend.address}: say --for`);
      await expect(desk.sign('ann', ...pause, '--for', backend.address)).rejects.toThrow(
        `not of ${other.address}. Sign it with --for`,
      );
      expect(await readPublished(folder)).toMatchObject({ sequence: 1, paused: false });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('it is changed there, with the numbers going on', async () => {
    await desk.sign('ann', 'pause', '--to', backend.address);
    await desk.sign('ann', 'rollout', '100', '--to', backend.address);
    await desk.sign('ann', 'resume', '--to', backend.address);
    expect(await readPublished(join(backend.folder, 'updates'))).toMatchObject({
      sequence: 4,
      paused: false,
      rolloutPercent: 100,
    });
    expect(await desk.run('show', '--to', backend.address, '--trust', desk.path('ann.json'))).toMatch(
      /signature verified/,
    );
  });

  test('keys are changed there, and the old one alone no longer publishes', async () => {
    await desk.keygen('ben');
    await desk.sign('ann', 'rotate', '--add', desk.path('ben.json'), '--to', backend.address);
    await desk.sign(['ann', 'ben'], 'rotate', '--remove', ann.id, '--to', backend.address);
    await expect(desk.sign('ann', 'pause', '--to', backend.address)).rejects.toThrow(/none of these keys/);
    await desk.sign('ben', 'pause', '--to', backend.address);
    expect(await readPublished(join(backend.folder, 'updates'))).toMatchObject({ sequence: 7, paused: true });
    const uma = await backend.signIn('uma');
    const { entries } = await uma.call('audit.list', { query: { after: 0, limit: 1000 } });
    expect(entries.filter(({ kind }) => kind === 'release.published')).toHaveLength(7);
  });
});

test('an upload that is cut off goes on where it ended when it is said again', async () => {
  const tar = await desk.installer('Sallyport-2.0.0-linux-x64.tar.gz', 20_000_000);
  const words = ['publish', '--version', '2.0.0', '--to', other.address, tar.path];
  // Whoever publishes is stopped half-way: another process, ended.
  const folder = join(other.folder, 'updates');
  const part = join(folder, 'incoming', `${tar.sha256}.part`);
  await publishHalf(words, part);
  expect((await stat(part)).size).toBeGreaterThan(0);
  expect(await readdir(folder)).not.toContain('stable.json');
  await desk.sign('ann', ...words);
  expect((await readFile(join(folder, 'files', tar.sha256))).equals(tar.content)).toBe(true);
  expect(await readPublished(folder)).toMatchObject({ version: '2.0.0' });
});

test('a backend that answers nonsense, or is not there, changes nothing', async () => {
  const tar = await desk.installer('Sallyport-2.0.0-linux-x64.tar.gz', 1000);
  const words = ['publish', '--version', '2.0.0', tar.path];
  await expect(desk.sign('ann', ...words, '--to', 'http://127.0.0.1:9')).rejects.toThrow(/cannot be reached/);
  const without = await startTestBackend();
  try {
    await expect(desk.sign('ann', ...words, '--to', without.address)).rejects.toThrow(/hands out no updates/);
  } finally {
    await without.dispose();
  }
});

/** Publishes in another process, and ends that once some of the file has come. */
async function publishHalf(words: string[], part: string): Promise<void> {
  const script = `import(${JSON.stringify(new URL('../../../backend/updates/release-command.ts', import.meta.url).href)}).then((m) => m.runRelease(process.argv.slice(1)))`;
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '-e',
      script,
      ...words,
      '--key',
      desk.path('ann.key'),
      '--passphrase-file',
      desk.passphraseFile,
    ],
    { stdio: 'ignore' },
  );
  const exit = new Promise((resolve) => child.once('exit', resolve));
  await expect
    .poll(async () => (await stat(part).catch(() => undefined))?.size ?? 0, { interval: 1, timeout: 30_000 })
    .toBeGreaterThan(0);
  child.kill('SIGKILL');
  await exit;
}
