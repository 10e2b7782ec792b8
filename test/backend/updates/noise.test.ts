import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { updateFolder } from '../../../backend/updates/folder.ts';
import { Releases, type ReleasesOptions } from '../../../backend/updates/releases.ts';
import { BACKEND, newSigner, publicHalf } from '../../support/release.ts';

test('strangers who send pieces without an end fill neither the audit log nor the log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-noise-'));
  const audited = vi.fn(async () => undefined);
  const warn = vi.fn();
  let at = 0;
  const releases = new Releases({
    publicUrl: BACKEND,
    ...{ folder: updateFolder(folder), keys: [publicHalf(newSigner())] },
    clock: { now: () => Date.now(), monotonic: () => at },
    database: { inTransaction: audited } as unknown as ReleasesOptions['database'],
    log: { warn } as unknown as ReleasesOptions['log'],
  });
  const hash = () => randomBytes(32).toString('hex');
  const send = () => releases.receive(hash(), hash(), { offset: 0, length: 1, bytes: Readable.from([]) }, '192.0.2.1');
  try {
    for (let n = 0; n < 500; n += 1) await expect(send()).rejects.toMatchObject({ code: 'not-allowed' });
    expect([audited.mock.calls.length, warn.mock.calls.length]).toEqual([20, 100]);
    at += 60_000;
    for (let n = 0; n < 50; n += 1) await expect(send()).rejects.toThrow();
    expect([audited.mock.calls.length, warn.mock.calls.length]).toEqual([21, 110]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
