import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPackage } from '@electron/asar';

interface Packed {
  name?: string;
  version: string;
  packageType?: string;
  /** What the program does: a shell script. */
  script?: string;
  mode?: number;
  /** The program's name. */
  program?: string;
}

/** Makes a folder as one of our tar.gz holds it, with a script for a program. */
export async function makeVersion(folder: string, packed: Packed): Promise<void> {
  const {
    name = 'sallyport',
    version,
    packageType = 'tar.gz',
    script = 'exit 0',
    mode = 0o755,
    program = 'sallyport',
  } = packed;
  const resources = join(folder, 'resources');
  await mkdir(resources, { recursive: true });
  await writeFile(join(resources, 'package-type'), packageType);
  const source = await mkdtemp(join(tmpdir(), 'sallyport-asar-'));
  await writeFile(join(source, 'aaa.txt'), 'something before it');
  await writeFile(join(source, 'package.json'), JSON.stringify({ name, version, main: 'index.js' }));
  await createPackage(source, join(resources, 'app.asar'));
  await rm(source, { recursive: true, force: true });
  await writeFile(join(folder, program), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, program), mode);
}

/** The same as a tar.gz, with its hash and length. */
export async function packVersion(
  folder: string,
  packed: Packed,
): Promise<{ file: string; sha256: string; bytes: number }> {
  const name = `Sallyport-${packed.version}`;
  await makeVersion(join(folder, name), packed);
  const file = join(folder, `${name}.tar.gz`);
  await promisify(execFile)('tar', ['-czf', file, '-C', folder, name]);
  await rm(join(folder, name), { recursive: true, force: true });
  const content = await readFile(file);
  return { file, sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length };
}
