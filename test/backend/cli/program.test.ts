import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { COMMANDS } from '../../../backend/cli/commands.ts';
import { STARTER_POLICY } from '../../../backend/cli/init/texts.ts';
import { runProgram } from '../../../backend/cli/program.ts';

let folder: string;
let [out, said] = ['', ''];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
  [out, said] = ['', ''];
  vi.spyOn(console, 'log').mockImplementation((text: string) => {
    out += text;
  });
  vi.spyOn(console, 'error').mockImplementation((text: string) => {
    said += text;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function run(...words: string[]) {
  await runProgram(words);
  return { status: process.exitCode ?? 0, said, out };
}

describe('a command line that is not understood: one sentence, status 2', () => {
  test.each<[string, string[], string]>([
    ['nothing', [], 'Say what to do; `sallyport help` lists the commands.'],
    ['a misspelt command', ['docter'], 'There is no command "docter"; did you mean "doctor"?'],
    ['another word', ['frobnicate'], 'There is no command "frobnicate"; `sallyport help` lists them.'],
    [
      'a word that every object knows',
      ['constructor'],
      'There is no command "constructor"; `sallyport help` lists them.',
    ],
    ['the old spelling', ['--demo'], 'There is no command "--demo"; did you mean "demo"?'],
    ['help about nothing', ['help', 'serv'], 'There is no command "serv"; did you mean "serve"?'],
    ['a policy without an act', ['policy'], 'Say: sallyport policy check FILE.'],
    ['a policy’s misspelt act', ['policy', 'chek', 'x'], 'Did you mean "sallyport policy check FILE"?'],
    ['a check of nothing', ['policy', 'check'], 'Say which file: sallyport policy check FILE.'],
    ['a demo without a folder', ['demo'], 'Say --data DIR, the folder where the demo keeps its things.'],
    ['an option of another command', ['doctor', '--data', 'x'], 'There is no option --data.'],
  ])('%s', async (_, words, sentence) => {
    expect(await run(...words)).toEqual({ status: 2, said: sentence, out: '' });
  });
});

test('a policy is checked without a backend; a wrong one is a failure', async () => {
  const file = join(folder, 'policy.yaml');
  await writeFile(file, STARTER_POLICY);
  expect(await run('policy', 'check', file)).toMatchObject({
    status: 0,
    out: 'policy.yaml is valid: 0 targets, 0 roles.',
  });
  await writeFile(file, STARTER_POLICY.replace('roles: []', 'rolls: []'));
  expect(await run('policy', 'check', file)).toMatchObject({
    status: 1,
    said: expect.stringMatching(/^policy\.yaml, line \d+, "rolls": there is no such setting/),
  });
});

test('a policy file that is not there is a failure', async () => {
  expect(await run('policy', 'check', join(folder, 'none.yaml'))).toMatchObject({
    status: 1,
    said: expect.stringMatching(/cannot be read: it is not there\.$/),
  });
});

test('every command is in the list, says how it is called, and can be loaded', async () => {
  const { out: list } = await run('help');
  for (const [name, command] of Object.entries(COMMANDS)) {
    expect(list).toMatch(new RegExp(`^  ${name} +${command.summary.slice(0, 10)}`, 'm'));
    out = '';
    expect((await run(name, '--help')).out).toContain(`sallyport ${command.usage[0]}`);
    expect(await command.load()).toBeTypeOf('function');
  }
});
