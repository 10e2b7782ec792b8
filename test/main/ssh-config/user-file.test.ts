import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { editUserFile, readUserFile } from '../../../main/ssh-config/user-file.ts';

let home: string;
let file: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sallyport-home-'));
  file = join(home, '.ssh', 'config');
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const write = (text: string, mode = 0o600): void => {
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
};
const append = (config: string): string => `${config}!`;
const mode = (path: string): number => statSync(path).mode & 0o7777;

describe('a change of the person’s own file', () => {
  it('makes the file, and its folder, for their owner alone', async () => {
    rmSync(join(home, '.ssh'), { recursive: true });
    await editUserFile(file, (config, exists) => `${config}${exists}`);
    expect([readFileSync(file, 'utf8'), mode(file), mode(join(home, '.ssh'))]).toEqual(['false', 0o600, 0o700]);
  });

  it.each([0o600, 0o644, 0o640, 0o700])('keeps mode %o', async (given) => {
    write('a', given);
    await editUserFile(file, append);
    expect([readFileSync(file, 'utf8'), mode(file)]).toEqual(['a!', given]);
  });

  it.skipIf(process.getuid?.() !== 0)('keeps the owner, when root makes it for somebody', async () => {
    const { chownSync } = await import('node:fs');
    write('a');
    chownSync(file, 65_534, 65_534);
    await editUserFile(file, append);
    expect(statSync(file)).toMatchObject({ uid: 65_534, gid: 65_534 });
  });

  it('keeps every byte that it does not change', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    writeFileSync(file, bytes, { mode: 0o600 });
    await editUserFile(file, append);
    expect(readFileSync(file)).toEqual(Buffer.concat([bytes, Buffer.from('!')]));
  });

  it.each([
    ['to a file elsewhere', (target: string) => symlinkSync(target, file)],
    [
      'to a link to a file elsewhere',
      (target: string) => {
        symlinkSync(target, join(home, 'between'));
        symlinkSync('../between', file);
      },
    ],
  ])('follows a link %s and leaves it a link', async (_what, link) => {
    const target = join(home, 'dotfiles-config');
    writeFileSync(target, 'a', { mode: 0o600 });
    link(target);
    await editUserFile(file, append);
    expect([lstatSync(file).isSymbolicLink(), readFileSync(target, 'utf8')]).toEqual([true, 'a!']);
  });

  it('does not touch a file that stays as it is', async () => {
    write('a', 0o400);
    const { ino, mtimeMs } = statSync(file);
    await editUserFile(file, (config) => config);
    expect(statSync(file)).toMatchObject({ ino, mtimeMs });
  });

  it('deletes a file that is no longer wanted, and none that is not there', async () => {
    write('a');
    await editUserFile(file, () => null);
    expect(existsSync(file)).toBe(false);
    await editUserFile(file, () => null);
  });

  it('takes what an editor saved in the meantime, instead of writing over it', async () => {
    write('a');
    let times = 0;
    await editUserFile(file, (config) => {
      times += 1;
      if (times === 1) write('saved by an editor');
      return append(config);
    });
    expect([times, readFileSync(file, 'utf8')]).toEqual([2, 'saved by an editor!']);
  });

  it.each<[string, () => void, RegExp]>([
    ['it is a link to nothing', () => symlinkSync(join(home, 'gone'), file), /a link to nothing/],
    ['it is a link to itself', () => symlinkSync('config', file), /cannot be changed \(ELOOP\)/],
    ['it is a folder', () => mkdirSync(file), /not a file/],
    ['it is read-only', () => write('a', 0o400), /read-only/],
    ['its group may write it', () => write('a', 0o660), /chmod go-w/],
    ['everybody may write it', () => write('a', 0o606), /chmod go-w/],
    [
      'it has another name',
      () => {
        write('a');
        linkSync(file, join(home, 'same'));
      },
      /second name/,
    ],
    ['it is huge', () => write('a'.repeat(2 * 1024 * 1024)), /too large/],
    [
      'its folder is a file',
      () => {
        rmSync(join(home, '.ssh'), { recursive: true });
        writeFileSync(join(home, '.ssh'), '');
      },
      /cannot be changed \(ENOTDIR\)/,
    ],
  ])('is refused when %s, and nothing is left behind', async (_what, spoil, sentence) => {
    spoil();
    const list = (): unknown => {
      const ssh = join(home, '.ssh');
      return statSync(ssh).isDirectory() ? readdirSync(ssh) : 'a file';
    };
    const before = list();
    await expect(editUserFile(file, append)).rejects.toThrow(sentence);
    expect(list()).toEqual(before);
  });

  it('is given up when the file never rests', async () => {
    write('a');
    let times = 0;
    const edit = (config: string): string => {
      times += 1;
      write('x'.repeat(times));
      return append(config);
    };
    await expect(editUserFile(file, edit)).rejects.toThrow(/another program/);
    expect(readdirSync(join(home, '.ssh'))).toEqual(['config']);
  });
});

describe('reading it', () => {
  it('gives nothing when it is not there', async () => {
    expect(await readUserFile(file)).toBe('');
  });

  it('gives its bytes', async () => {
    writeFileSync(file, Buffer.from([0xe9, 0xff]));
    expect(await readUserFile(file)).toBe('\xe9\xff');
  });
});
