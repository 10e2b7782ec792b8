import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { developmentPolicy, LINUX_POLICY_FILE, linuxPolicy, readLinuxPolicy } from '../../../main/managed/linux.ts';
import { watchFile } from '../../../main/managed/watch-file.ts';

const LINUX_MODULE = join(import.meta.dirname, '../../../main/managed/linux.ts');
const asRoot = process.getuid?.() === 0;
let folder: string;
let file: string;
let stop: () => void;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-policy-'));
  file = join(folder, 'policy.json');
  stop = () => undefined;
});
afterEach(() => {
  stop();
  rmSync(folder, { recursive: true });
});

const write = (document: unknown) => writeFileSync(file, JSON.stringify(document));

describe.runIf(asRoot)('the policy of a Linux computer', () => {
  it('lies in one place', () => {
    expect(LINUX_POLICY_FILE).toBe('/etc/sallyport/policy.json');
  });

  it('is none where there is no file', () => {
    expect(readLinuxPolicy(file, [folder])).toEqual({ state: 'absent' });
  });

  it('is read', () => {
    write({ enforced: { updates: 'off' } });
    const policy = { enforced: { updates: 'off' }, defaults: {}, unknown: [] };
    expect(readLinuxPolicy(file, [folder])).toEqual({ state: 'read', source: file, policy });
  });

  it.each<[string, () => void, string]>([
    ['a bad value', () => write({ enforced: { updates: 1 } }), '"enforced.updates" is not valid'],
    ['no JSON', () => writeFileSync(file, 'updates: off'), 'it is not JSON'],
    ['an owner who is not root', () => chownSync(file, 12_345, 0), 'it does not belong to the administrator (root)'],
    ['a folder that others write', () => chmodSync(folder, 0o777), 'can be written by others'],
  ])('is not used with %s, and the sentence names the file and what is wrong', (_name, spoil, why) => {
    write({ enforced: { backendAddress: 'https://a.example' } });
    spoil();
    const reading = readLinuxPolicy(file, [folder]);
    if (reading.state !== 'unusable') throw new Error(reading.state);
    expect(reading.problem).toMatchObject({ code: 'policy-invalid' });
    expect(reading.problem.message).toContain(`settings in ${file} cannot be used: `);
    expect(reading.problem.message).toContain(why);
    expect(reading.problem.message).toMatch(/Nobody signs in here until IT has mended them\.$/);
  });

  it('that an ordinary user may not read is not taken for none', () => {
    mkdirSync(join(folder, 'shut'), { mode: 0o700 });
    chmodSync(folder, 0o755);
    const script = `
      const { readLinuxPolicy } = await import(${JSON.stringify(LINUX_MODULE)});
      // From here on nobody.
      process.setgroups([]); process.setgid(65534); process.setuid(65534);
      process.stdout.write(JSON.stringify(readLinuxPolicy(${JSON.stringify(join(folder, 'shut', 'policy.json'))})));
    `;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject({ state: 'unusable' });
  });

  it('is read well under a millisecond, on the way to a started app', () => {
    write({ enforced: { backendAddress: 'https://a.example', updates: 'off' } });
    readLinuxPolicy(file, [folder]);
    const times = Array.from({ length: 50 }, () => {
      const before = performance.now();
      readLinuxPolicy(file, [folder]);
      return performance.now() - before;
    });
    expect(times.sort((a, b) => a - b)[25]).toBeLessThan(5);
  });
});

describe('a watched policy', () => {
  it.each<[string, () => void]>([
    ['made', () => write({})],
    ['written', () => writeFileSync(file, '{"defaults":{}}')],
    ['taken away', () => rmSync(file, { force: true })],
    [
      'replaced, as configuration management does',
      () => {
        writeFileSync(`${file}.new`, '{}');
        renameSync(`${file}.new`, file);
      },
    ],
  ])('tells when it is %s', async (name, change) => {
    if (name !== 'made') write({ enforced: {} });
    const onChange = vi.fn();
    stop = linuxPolicy(file, [folder]).watch(onChange);
    change();
    await expect.poll(() => onChange.mock.calls.length, { timeout: 5_000 }).toBeGreaterThan(0);
  });

  it('tells once of many steps', async () => {
    const onChange = vi.fn();
    stop = linuxPolicy(file, [folder]).watch(onChange);
    for (const text of ['{', '{"enforced":', '{"enforced":{}}']) writeFileSync(file, text);
    await expect.poll(() => onChange.mock.calls.length, { timeout: 5_000 }).toBeGreaterThan(0);
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('is seen by looking when its folder was not there, and its folder is watched from then on', async () => {
    const late = join(folder, 'later', 'policy.json');
    const onChange = vi.fn();
    stop = watchFile(late, onChange, 50);
    mkdirSync(join(folder, 'later'));
    writeFileSync(late, '{}');
    await expect.poll(() => onChange.mock.calls.length, { timeout: 5_000 }).toBeGreaterThan(0);
  });

  it('of development is anybody’s, and checked all the same', () => {
    write({ enforced: { updates: 'off' } });
    if (asRoot) chownSync(file, 12_345, 0);
    expect(developmentPolicy(file).read()).toMatchObject({ state: 'read' });
    write({ enforced: { updates: 'of' } });
    expect(developmentPolicy(file).read()).toMatchObject({ state: 'unusable' });
    rmSync(file);
    expect(developmentPolicy(file).read()).toMatchObject({ state: 'unusable' });
  });
});
