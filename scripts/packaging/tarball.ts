import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Packs the unpacked app as a tar.gz. electron-builder's own would hold the time and the temporary name of this run.
 * @param name of the folder inside
 * @param level of gzip, 1 to 9
 */
export async function makeTarball(
  unpacked: string,
  output: string,
  { name, work, epoch, level = 9 }: { name: string; work: string; epoch: number; level?: number | undefined },
): Promise<void> {
  const beside = join(work, 'system/tar.gz');
  await mkdir(join(beside, 'resources'), { recursive: true });
  await writeFile(join(beside, 'resources/package-type'), 'tar.gz\n');
  const tar = spawn(
    'tar',
    [
      ...['--create', '--format=gnu', '--sort=name', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner'],
      ...['--mode=u+rwX,go+rX,go-w', '--exclude=./resources/apparmor-profile', `--transform=flags=rSH;s,^\\.,${name},`],
      ...['-C', unpacked, '.', '-C', beside, './resources/package-type'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, LC_ALL: 'C' } },
  );
  const gzip = spawn('gzip', ['--no-name', `-${level}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = [tar, gzip].map(
    (child) =>
      new Promise<void>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code) =>
          code === 0 ? resolve() : reject(new Error(`${child.spawnfile} failed (${code}).`)),
        );
      }),
  );
  await Promise.all([pipeline(tar.stdout, gzip.stdin), pipeline(gzip.stdout, createWriteStream(output)), ...ended]);
}
