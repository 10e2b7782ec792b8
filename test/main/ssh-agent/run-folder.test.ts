import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunFolder, runtimeParent } from '../../../main/ssh-agent/run-folder.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'sallyport-parent-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** Of a process that has ended. */
const deadPid = (): number => spawnSync('true').pid;

describe('the run folder', () => {
  it('is made at the first use, for its owner alone, and gone at the end with all that is in it', () => {
    const folder = new RunFolder(parent);
    expect(readdirSync(parent)).toEqual([]);
    expect(folder.path).toBe(folder.path);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    writeFileSync(join(folder.path, 'known_hosts'), 'x');
    folder.dispose();
    expect(readdirSync(parent)).toEqual([]);
  });

  it('goes also while a program still writes into it', () => {
    const folder = new RunFolder(parent);
    const { path } = folder;
    const script = 'for i in $(seq 100000); do : >"$0/$i" || exit 0; done';
    const writer = spawn('sh', ['-c', script, path], { stdio: 'ignore' });
    for (const until = performance.now() + 5_000; !existsSync(join(path, '20')); )
      if (performance.now() > until) throw new Error('nothing is written');
    folder.dispose();
    writer.kill();
    expect(readdirSync(parent)).toEqual([]);
  });

  it('that somebody has taken away already holds nothing up', () => {
    const folder = new RunFolder(parent);
    rmSync(folder.path, { recursive: true });
    expect(() => folder.dispose()).not.toThrow();
  });

  it('has another name each time', () => {
    expect(new RunFolder(parent).path).not.toBe(new RunFolder(parent).path);
  });

  it('takes away what a run that was killed has left', () => {
    const left = join(parent, `sallyport-run-${deadPid()}-abcDEF`);
    mkdirSync(left);
    writeFileSync(join(left, 'agent'), 'x');
    void new RunFolder(parent).path;
    expect(existsSync(left)).toBe(false);
  });

  it.each<[string, (elsewhere: string) => string]>([
    ['of a run that lives', () => `sallyport-run-${process.ppid}-abcDEF`],
    ['with another name', () => `sallyport-run-${deadPid()}-abcDEF.old`],
    ['without a number', () => 'sallyport-run--abcDEF'],
    ['of another program', () => 'systemd-private-1-abcDEF'],
  ])('leaves a folder %s', (_what, nameOf) => {
    const other = join(parent, nameOf(parent));
    mkdirSync(other);
    void new RunFolder(parent).path;
    expect(existsSync(other)).toBe(true);
  });

  it('follows no link that somebody laid where a folder of ours could be', () => {
    const precious = join(parent, 'precious');
    mkdirSync(precious);
    writeFileSync(join(precious, 'file'), 'x');
    symlinkSync(precious, join(parent, `sallyport-run-${deadPid()}-abcDEF`));
    void new RunFolder(parent).path;
    expect(existsSync(join(precious, 'file'))).toBe(true);
  });

  it('says so when it cannot be made', () => {
    expect(() => new RunFolder(join(parent, 'missing')).path).toThrow(/ENOENT/);
  });
});

describe('its place', () => {
  it('is XDG_RUNTIME_DIR', () => {
    expect(runtimeParent({ XDG_RUNTIME_DIR: parent })).toBe(parent);
  });

  it.each([
    ['not set', undefined],
    ['empty', ''],
    ['relative', 'run'],
    ['missing', '/nowhere/at/all'],
    ['no folder', import.meta.filename],
  ])('is the temp folder when that is %s', (_what, given) => {
    expect(runtimeParent(given === undefined ? {} : { XDG_RUNTIME_DIR: given })).toBe(tmpdir());
  });

  it('is the temp folder when that is a link', () => {
    const link = join(parent, 'link');
    symlinkSync(tmpdir(), link);
    expect(runtimeParent({ XDG_RUNTIME_DIR: link })).toBe(tmpdir());
  });
});
