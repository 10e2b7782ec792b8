import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policyPlace } from '../../../main/managed/policy-place.ts';

describe('where the organisation’s settings are read', () => {
  it.each<NodeJS.Platform>(['linux', 'darwin', 'win32'])('cannot be moved in a packaged app on %s', (platform) => {
    for (const file of ['/tmp/policy.json', '']) {
      expect(() => policyPlace({ platform, isPackaged: true, file })).toThrow(
        "it does not read your organisation's settings from anywhere else (--managed-settings)",
      );
    }
  });

  it('can be a file of one’s own in development', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-place-'));
    const file = join(folder, 'policy.json');
    writeFileSync(file, '{"defaults":{"updates":"off"}}');
    const source = policyPlace({ platform: process.platform, isPackaged: false, file });
    expect(source.read()).toMatchObject({ state: 'read', source: file });
    rmSync(folder, { recursive: true });
  });
});
