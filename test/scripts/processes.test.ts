import { spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { firstLine, type Program, startProgram } from '../../scripts/processes.ts';

const started: Program[] = [];
afterEach(() => Promise.all(started.splice(0).map((program) => program.stop(0))));

/** A Node program from its text. It says when it has got so far by a line on stdout. */
function node(text: string): { program: Program; line(): Promise<string> } {
  const program = startProgram(process.execPath, ['-e', text]);
  started.push(program);
  return { program, line: () => firstLine(program, program.child.stdout as Readable, 'the program') };
}

/** A process that has ended but that nobody has asked about (Z) is dead; in a container nobody may ever ask. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

test('a program that ends when asked is not killed', async () => {
  const { program, line } = node(
    "process.on('SIGTERM', () => process.exit(0)); console.log(1); setInterval(() => {}, 1e6)",
  );
  await line();
  await program.stop();
  expect(await program.ended).toBe('exit status 0');
});

test('a program that does not end when asked is killed after its grace', async () => {
  const { program, line } = node("process.on('SIGTERM', () => {}); console.log(1); setInterval(() => {}, 1e6)");
  await line();
  await program.stop(50);
  expect(await program.ended).toBe('SIGKILL');
});

test('what a program leaves behind ends with it', async () => {
  const { program, line } = node(`
    const child = require('node:child_process').spawn('sleep', ['1000'], { stdio: 'ignore' });
    console.log(child.pid);
    setInterval(() => {}, 1e6);
  `);
  const left = Number(await line());
  expect(isAlive(left)).toBe(true);
  program.child.kill('SIGKILL');
  await program.ended;
  await expect.poll(() => isAlive(left)).toBe(false);
});

test('a program that ends before it is ready is quoted', async () => {
  const { line } = node("console.error('Port 22 is taken.'); process.exit(3)");
  await expect(line()).rejects.toThrow('the program ended before it was ready (exit status 3).\nPort 22 is taken.');
});

test('a program that is not there is named', async () => {
  const program = startProgram('sallyport-no-such-program', []);
  expect(await program.ended).toContain('sallyport-no-such-program');
  await program.stop();
});

test('a first line that comes in pieces is put together', async () => {
  const { line } = node("process.stdout.write('one '); setImmediate(() => process.stdout.write('two\\nthree'))");
  expect(await line()).toBe('one two');
});
