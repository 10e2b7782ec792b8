import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { version } from '../../package.json';
import { ROOT } from '../../scripts/folders.ts';

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
}
interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, { permissions?: unknown; env?: Record<string, string>; steps: Step[] }>;
}

const FOLDER = join(ROOT, '.github/workflows');
const workflow = (name: string): Workflow => parse(readFileSync(join(FOLDER, name), 'utf8'));
const release = workflow('release.yml');

describe.each(readdirSync(FOLDER))('%s', (name) => {
  const { permissions, jobs } = workflow(name);
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test('runs code of others by the commit that was looked at: a tag can be moved', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.filter((one) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(one))).toEqual([]);
  });

  test('may read the sources and nothing else', () => {
    expect(permissions).toEqual({ contents: 'read' });
    expect(Object.values(jobs).flatMap((job) => job.permissions ?? [])).toEqual([]);
  });

  test('puts nothing that others name into a script', () => {
    const expressions = steps.flatMap(({ run }) => run?.match(/\$\{\{.*?\}\}/g) ?? []);
    expect(expressions.filter((one) => !one.includes('matrix.'))).toEqual([]);
  });

  test('shows secrets to the steps that need them, and to no dependency’s install script', () => {
    const secret = (env: Record<string, string> | undefined) => JSON.stringify(env ?? {}).includes('secrets.');
    expect(Object.values(jobs).filter(({ env }) => secret(env))).toEqual([]);
    expect(steps.filter(({ run, env }) => run?.includes('npm ci') && secret(env))).toEqual([]);
  });
});

test.each([
  [`v${version}`, 0],
  [version, 1],
  ['v99.0.0', 1],
  [`v${version}-beta.1`, 1],
  ['v$(touch tagged)', 1],
])('a release of the tag %s ends with status %i before anything is made', (tag, status) => {
  const step = release.jobs.package?.steps.find(({ name }) => name === 'The tag is the version that is packaged');
  const env = { ...process.env, GITHUB_REF_NAME: tag };
  const { status: ended, stdout } = spawnSync('bash', ['-e', '-c', step?.run ?? ''], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  expect(ended).toBe(status);
  expect(stdout.includes(`not v${version}`)).toBe(status === 1);
});
