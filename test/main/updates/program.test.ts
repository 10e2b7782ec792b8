import { accessSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isWritable } from '../../../main/updates/program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-program-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('whether this user may write into a folder', () => {
  it.each(['linux', 'win32'] as const)('on %s: their own, and nothing stays there', (platform) => {
    expect(isWritable(folder, platform)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['linux', 'win32'] as const)('on %s: not one that is not there', (platform) => {
    expect(isWritable(join(folder, 'none'), platform)).toBe(false);
  });

  // Nobody makes anything in /proc, not even root, to whom the question alone says yes.
  it('is tried on Windows, where the system says yes to every folder', () => {
    const saysYes = (): void => accessSync('/proc', constants.W_OK);
    if (process.getuid?.() === 0) expect(saysYes).not.toThrow();
    expect(isWritable('/proc', 'win32')).toBe(false);
  });
});
