import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foldersAbove, LARGEST_BYTES, readGuardedFile } from '../../../main/managed/guarded-file.ts';
import { LINUX_POLICY_FILE } from '../../../main/managed/linux.ts';

/** Only root can make what root owns. */
const asRoot = process.getuid?.() === 0;
/** An account that is not root, and need not exist. */
const SOMEBODY = 12_345;

let base: string;
let outer: string;
let folder: string;
let file: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sallyport-guarded-'));
  outer = join(base, 'etc');
  folder = join(outer, 'sallyport');
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  file = join(folder, 'policy.json');
  writeFileSync(file, '{}', { mode: 0o644 });
});
afterEach(() => rmSync(base, { recursive: true }));

/** /tmp is everybody's; what is below it here stands for /, /etc and /etc/sallyport. */
const read = () => readGuardedFile(file, { folders: [folder, outer, base] });

describe.runIf(asRoot)('a file that only the administrator can have written', () => {
  it('is read', () => {
    expect(read()?.toString()).toBe('{}');
  });

  it('may be kept from others altogether', () => {
    chmodSync(file, 0o600);
    chmodSync(folder, 0o700);
    expect(read()?.toString()).toBe('{}');
  });

  it('that is not there is no file, nor is one in a folder that is not there', () => {
    rmSync(folder, { recursive: true });
    expect(read()).toBeUndefined();
  });

  it.each<[string, () => void, RegExp]>([
    ['belongs to somebody', () => chownSync(file, SOMEBODY, 0), /^it does not belong to the administrator/],
    ['can be written by its group', () => chmodSync(file, 0o664), /^it can be written by others/],
    ['can be written by everybody', () => chmodSync(file, 0o646), /^it can be written by others/],
    ['is in a folder of somebody’s', () => chownSync(folder, SOMEBODY, 0), /sallyport does not belong to/],
    ['is in a folder that its group writes', () => chmodSync(folder, 0o775), /sallyport can be written by others/],
    ['is in a folder that everybody writes', () => chmodSync(folder, 0o757), /sallyport can be written by others/],
    ['is in a folder like /tmp', () => chmodSync(folder, 0o1777), /sallyport can be written by others/],
    ['is below a folder of somebody’s', () => chownSync(outer, SOMEBODY, 0), /etc does not belong to/],
    ['is below a folder that its group writes', () => chmodSync(outer, 0o775), /etc can be written by others/],
    ['is below a folder that everybody writes', () => chmodSync(outer, 0o757), /etc can be written by others/],
    ['has a root folder of somebody’s', () => chownSync(base, SOMEBODY, 0), /does not belong to/],
    ['is longer than it may be', () => appendFileSync(file, ' '.repeat(LARGEST_BYTES)), /longer than 256 KB/],
  ])('is refused when it %s', (_name, spoil, sentence) => {
    spoil();
    expect(read).toThrow(sentence);
  });

  it.each<[string, (elsewhere: string) => void, RegExp]>([
    ['a link, even to what is root’s', (elsewhere) => symlinkSync(elsewhere, file), /^it is a symbolic link/],
    ['a link to nothing', () => symlinkSync('/nowhere', file), /^it is a symbolic link/],
    ['a folder', () => mkdirSync(file), /^it is not a regular file/],
    ['a pipe, and nobody writes', () => execFileSync('mkfifo', [file]), /^it is not a regular file/],
    ['a device', () => execFileSync('mknod', [file, 'c', '1', '5']), /^it is not a regular file/],
  ])('is refused when it is %s', (_name, make, sentence) => {
    const elsewhere = join(base, 'elsewhere.json');
    renameSync(file, elsewhere);
    make(elsewhere);
    expect(read).toThrow(sentence);
  });

  it('is refused when its folder is a link', () => {
    renameSync(folder, join(base, 'real'));
    symlinkSync(join(base, 'real'), folder);
    expect(read).toThrow(/sallyport is not a folder/);
  });

  it('is refused when its folder is a file', () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    expect(read).toThrow(/cannot be opened \(ENOTDIR\)/);
  });

  it('is looked at with every folder above it, up to the root', () => {
    expect(foldersAbove(LINUX_POLICY_FILE)).toEqual(['/etc/sallyport', '/etc', '/']);
    // No list is given: the real ones are looked at, and /tmp is everybody's.
    expect(() => readGuardedFile(file)).toThrow(`${dirname(base)} can be written by others`);
  });
});
