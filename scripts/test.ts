// All checks, one after another, whatever fails; the last line counts.
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
  run(): Promise<Count>;
}

const STEPS: readonly Step[] = [
  { name: 'build', run: prepare },
  { name: 'types', run: () => command(process.execPath, ['--import', 'tsx', 'scripts/types.ts']) },
  { name: 'lint', run: () => command(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'check', '.']) },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'interop', run: () => vitest('interop') },
  { name: 'packaging', run: () => vitest('packaging') },
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

/** On two cores vitest takes one worker by itself. There is one system to install packages on; people mostly wait. */
function workers(project: string): string[] {
  if (project === 'packaging') return [];
  return [`--maxWorkers=${project === 'e2e' ? 3 : 2}`];
}

async function vitest(project: string): Promise<Count> {
  const report = join(REPORTS, `${project}.json`);
  await rm(report, { force: true });
  const status = await statusOf(process.execPath, [
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    `--project=${project}`,
    ...workers(project),
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
  ]);
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

function statusOf(program: string, args: readonly string[]): Promise<number | null> {
  // Some print colours even into a file; a log is read without them.
  const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' };
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, forward);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(null);
    });
    child.once('exit', (status, signal) => {
      for (const name of signals) process.off(name, forward);
      // Whoever ends one step wants to end them all.
      if (signal === 'SIGINT' || signal === 'SIGTERM' || status === 130) process.exit(130);
      resolve(status);
    });
  });
}

await runAsCommand(import.meta, async () => {
  await mkdir(REPORTS, { recursive: true });
  let [passed, failed] = [0, 0];
  const lines: string[] = [];
  for (const step of STEPS) {
    console.log(`\n── ${step.name}`);
    const started = performance.now();
    const count = await step.run();
    passed += count.passed;
    failed += count.failed;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const skipped = count.skipped ? `, ${count.skipped} skipped` : '';
    lines.push(`${step.name.padEnd(9)} ${count.passed} passed, ${count.failed} failed${skipped} (${seconds} s)`);
  }
  console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
});
