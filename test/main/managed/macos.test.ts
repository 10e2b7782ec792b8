import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { macosPolicy } from '../../../main/managed/macos.ts';
import { type RunSystemProgram, runSystemProgram } from '../../../main/managed/system-program.ts';

const asRoot = process.getuid?.() === 0;
let folder: string;
let computer: string;
let person: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-macos-'));
  computer = join(folder, 'computer.plist');
  person = join(folder, 'person.plist');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Stands for plutil where there is none: the files of these tests are JSON already. */
const asJson: RunSystemProgram = async (path, args, { env, input } = {}) => {
  expect([path, args.join(' '), env]).toEqual(['/usr/bin/plutil', '-convert json -o - -- -', undefined]);
  return { code: 0, stdout: Buffer.from(input ?? []) };
};
const source = (run = asJson) => macosPolicy({ files: [computer, person], folders: [folder], run });
const write = (file: string, document: unknown) => writeFileSync(file, JSON.stringify(document));

describe.runIf(asRoot)('the policy of a Mac', () => {
  it('is none where there is no file, and no process is started to see that', () => {
    expect(source(() => Promise.reject(new Error('started'))).read()).toEqual({ state: 'absent' });
  });

  it('is the computer’s', async () => {
    write(computer, { enforced: { updates: 'off' }, PayloadUUID: 'x' });
    expect(await source().read()).toEqual({
      state: 'read',
      source: computer,
      policy: { enforced: { updates: 'off' }, defaults: {}, unknown: ['PayloadUUID'] },
    });
  });

  it('is the account’s, where the computer’s says nothing', async () => {
    write(person, { defaults: { updates: 'off' } });
    expect(await source().read()).toMatchObject({ state: 'read', source: person });
  });

  it('is the computer’s before the account’s, name by name', async () => {
    write(computer, { enforced: { updates: 'off' }, defaults: { sshConfig: true } });
    write(person, {
      enforced: { updates: 'install', updateChannel: 'beta' },
      defaults: { sshConfig: false, startAtLogin: true },
    });
    expect(await source().read()).toMatchObject({
      source: `${computer} and ${person}`,
      policy: {
        enforced: { updates: 'off', updateChannel: 'beta' },
        defaults: { sshConfig: true, startAtLogin: true },
      },
    });
  });

  it.each<[string, () => void, string]>([
    [
      'the computer’s belongs to somebody',
      () => chownSync(computer, 12_345, 0),
      'does not belong to the administrator',
    ],
    [
      'the account’s belongs to the account',
      () => chownSync(person, 12_345, 0),
      'does not belong to the administrator',
    ],
    ['a value is bad', () => write(person, { enforced: { updates: 1 } }), '"enforced.updates" is not valid'],
    ['one is a list', () => write(person, []), 'must be an object'],
    ['a layer of one is a list', () => write(person, { enforced: [] }), '"enforced" must be an object'],
  ])('is not used, neither of the two, when %s', async (_name, spoil, sentence) => {
    write(computer, { enforced: { updateChannel: 'beta' } });
    write(person, { enforced: { updates: 'off' } });
    spoil();
    const reading = await source().read();
    if (reading.state !== 'unusable') throw new Error(JSON.stringify(reading));
    expect(reading.problem.message).toContain(sentence);
  });

  it.each<[string, RunSystemProgram]>([
    ['plutil says no', async () => ({ code: 1, stdout: Buffer.alloc(0) })],
    ['plutil is not there', async () => ({ code: null, stdout: Buffer.alloc(0) })],
  ])('is not used when %s', async (_name, run) => {
    write(computer, {});
    expect(await source(run).read()).toMatchObject({ state: 'unusable' });
  });
});

describe.runIf(process.platform === 'linux')('a program of the system', () => {
  it('gets nothing of the environment, and what it is given', async () => {
    process.env.SECRET_OF_THIS_TEST = 'x';
    const { code, stdout } = await runSystemProgram('/usr/bin/env', []);
    expect([code, stdout.toString()]).toEqual([0, '']);
    delete process.env.SECRET_OF_THIS_TEST;
    const own = readFileSync(import.meta.filename);
    expect((await runSystemProgram('/bin/cat', [], { input: own })).stdout.equals(own)).toBe(true);
  });

  it.each([
    ['that fails', '/bin/false', 1],
    ['that is not there', '/nowhere/plutil', null],
  ])('%s does so by its number', async (_name, path, code) => {
    expect((await runSystemProgram(path, [], { input: Buffer.alloc(1_000_000) })).code).toBe(code);
  });
});
