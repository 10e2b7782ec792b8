import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policyOf } from '../../../main/managed/policy.ts';
import type { Reading } from '../../../main/managed/policy-source.ts';
import { unusable } from '../../../main/managed/unusable.ts';
import { whyForbidden } from '../../../main/updates/hand-over-policy.ts';
import { trustFrom } from '../../../protocol/update/trust.ts';
import { newSigner } from './signed-feed.ts';

const shipped = newSigner().key;
const pinnedByIt = newSigner().key;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-hand-over-policy-'));
  await writeFile(join(folder, 'keys.json'), JSON.stringify([shipped]));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const says = (document: object): Reading => ({ state: 'read', source: 'x', policy: policyOf(document) });
const absent: Reading = { state: 'absent' };
const broken: Reading = { state: 'unusable', source: 'x', problem: unusable('x', new Error('x')) };
const ask = (by: typeof shipped, reading: Reading) =>
  whyForbidden(
    { backend: 'https://sallyport.example.com', pinned: trustFrom([by]).pinned },
    { read: async () => reading, watch: () => () => undefined },
    join(folder, 'keys.json'),
  );

describe('a newer version that lies ready at a start', () => {
  it.each<[string, typeof shipped, Reading, RegExp]>([
    ['where the policy is broken', shipped, broken, /cannot be read/],
    ['where updates were switched off', shipped, says({ enforced: { updates: 'off' } }), /switched updates off/],
    [
      'where another backend was set',
      shipped,
      says({ enforced: { backendAddress: 'https://other.example.com' } }),
      /another backend/,
    ],
    ['where other keys were pinned', shipped, says({ enforced: { updateKeys: [pinnedByIt] } }), /not those of today/],
    ['where the pinned keys were taken away', pinnedByIt, absent, /not those of today/],
    ['where the policy says nothing of keys', pinnedByIt, says({ enforced: {} }), /not those of today/],
  ])('%s is not installed', async (_name, by, reading, why) => {
    expect(await ask(by, reading)).toMatch(why);
  });

  it.each<[string, typeof shipped, Reading]>([
    ['nobody manages it', shipped, absent],
    ['the same keys are pinned', pinnedByIt, says({ enforced: { updateKeys: [pinnedByIt] } })],
    ['the same backend is set', shipped, says({ enforced: { backendAddress: 'https://Sallyport.example.com/' } })],
    ['the person says when', shipped, says({ enforced: { updates: 'notify' } })],
  ])('is installed where %s', async (_name, by, reading) => {
    expect(await ask(by, reading)).toBeUndefined();
  });

  it('is not installed where the keys of the app cannot be read', async () => {
    await rm(join(folder, 'keys.json'));
    await expect(ask(shipped, absent)).rejects.toThrow();
  });
});
