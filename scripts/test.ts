// All checks, told one after another, whatever fails; the last line counts.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAll } from './build.ts';
import { messageOf, runAsCommand } from './command.ts';
import { electronRuntime } from './electron-runtime.ts';
import { ROOT } from './folders.ts';
import { ensureSystemLibraries } from './system-libraries.ts';

const REPORTS = join(ROOT, 'out/test');

interface Count {
  passed: number;
  failed: number;
  skipped?: number;
}

interface Step {
  name: string;
  run(output: Output | undefined): Promise<Count>;
  /** Begun as soon as what is built is there, beside the steps above it, and told in its turn. */
  early?: true;
}

interface Outcome {
  count: Count;
  seconds: number;
}

/** What a step says, kept until it is its turn. */
class Output {
  #kept: Buffer[] | undefined = [];

  write(chunk: Buffer): void {
    if (this.#kept) this.#kept.push(chunk);
    else process.stdout.write(chunk);
  }

  /** Says what was kept; what comes from now on is said at once. */
  tell(): void {
    for (const chunk of this.#kept ?? []) process.stdout.write(chunk);
    this.#kept = undefined;
  }
}

const STEPS: readonly Step[] = [
  { name: 'build', run: prepare },
  { name: 'types', run: () => command(process.execPath, ['--import', 'tsx', 'scripts/types.ts']) },
  { name: 'lint', run: () => command(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'check', '.']) },
  { name: 'unit', run: () => vitest('unit') },
  // One file after another, on one processor: there is one system to install on.
  { name: 'packaging', run: (output) => vitest('packaging', output), early: true },
  // Nothing runs beside these two: they measure how soon a session is cut.
  { name: 'interop', run: () => vitest('interop') },
  { name: 'e2e', run: () => vitest('e2e') },
];

/** Counts only when it fails: what cannot be built shows in the tests as well, but less plainly. */
async function prepare(): Promise<Count> {
  try {
    ensureSystemLibraries(['tests', 'packaging']);
    await electronRuntime();
    await buildAll();
    return { passed: 0, failed: 0 };
  } catch (error) {
    console.error(messageOf(error));
    return { passed: 0, failed: 1 };
  }
}

async function command(program: string, args: readonly string[]): Promise<Count> {
  return (await statusOf(program, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** On two cores vitest takes one worker by itself. There is one system to install packages on. */
function workers(project: string): string[] {
  return project === 'packaging' ? [] : ['--maxWorkers=2'];
}

async function vitest(project: string, output?: Output): Promise<Count> {
  const report = join(REPORTS, `${project}.json`);
  await rm(report, { force: true });
  const words = ['run', `--project=${project}`, ...workers(project)];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`];
  const program = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const status = await statusOf(process.execPath, [program, ...words, ...reporters], output);
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1 };
  const { testResults, numPassedTests, numPendingTests } = JSON.parse(text) as Report;
  // A file that cannot be loaded or cleared up after fails without a failed test; so does an error outside of any.
  const failures = testResults.map(({ status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed').length;
    return status === 'failed' ? Math.max(failed, 1) : failed;
  });
  const failed = Math.max(
    failures.reduce((sum, n) => sum + n, 0),
    status === 0 ? 0 : 1,
  );
  return { passed: numPassedTests, failed, skipped: numPendingTests };
}

/** The part of vitest's JSON report that we read. */
interface Report {
  numPassedTests: number;
  numPendingTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

function statusOf(program: string, args: readonly string[], output?: Output): Promise<number | null> {
  // Some print colours even into a file; a log is read without them.
  const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' };
  const to = output ? 'pipe' : 'inherit';
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', to, to], env });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output?.write(chunk));
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, forward);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(null);
    });
    child.once('close', (status, signal) => {
      for (const name of signals) process.off(name, forward);
      // Whoever ends one step wants to end them all.
      if (signal === 'SIGINT' || signal === 'SIGTERM' || status === 130) process.exit(130);
      resolve(status);
    });
  });
}

async function timed(step: Step, output: Output | undefined): Promise<Outcome> {
  const started = performance.now();
  const count = await step.run(output);
  return { count, seconds: (performance.now() - started) / 1000 };
}

await runAsCommand(import.meta, async () => {
  await mkdir(REPORTS, { recursive: true });
  let [passed, failed] = [0, 0];
  const lines: string[] = [];
  const early = new Map<Step, { output: Output; outcome: Promise<Outcome> }>();
  for (const [index, step] of STEPS.entries()) {
    const begun = early.get(step);
    console.log(`\n── ${step.name}${begun ? ' (beside the steps before)' : ''}`);
    begun?.output.tell();
    const { count, seconds } = await (begun?.outcome ?? timed(step, undefined));
    passed += count.passed;
    failed += count.failed;
    const skipped = count.skipped ? `, ${count.skipped} skipped` : '';
    const took = seconds.toFixed(1);
    lines.push(`${step.name.padEnd(9)} ${count.passed} passed, ${count.failed} failed${skipped} (${took} s)`);
    if (index > 0) continue;
    for (const other of STEPS.filter((each) => each.early)) {
      const output = new Output();
      early.set(other, { output, outcome: timed(other, output) });
    }
  }
  console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
});
