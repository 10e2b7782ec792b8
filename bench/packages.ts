// What the app adds to an Electron: each package beside that of a one-line app with the same Electron, languages and format.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { description, homepage, version } from '../package.json';
import { readArtefacts } from '../scripts/packaging/artefacts.ts';
import { runBuilder } from '../scripts/packaging/builder.ts';
import { chooseElectron } from '../scripts/packaging/electron-choice.ts';
import { packageApp, unpackedFolder } from '../scripts/packaging/package-app.ts';
import { makeTarball } from '../scripts/packaging/tarball.ts';
import { ensureSystemLibraries } from '../scripts/system-libraries.ts';
import type { Bench } from './bench.ts';

const FORMATS = ['deb', 'rpm', 'pacman'];

export const bench: Bench = {
  name: 'packages',
  async run({ quick }, emit) {
    if (process.platform !== 'linux') throw new Error('it makes packages for Linux, which only Linux can.');
    ensureSystemLibraries(['packaging']);
    const work = await mkdtemp(join(tmpdir(), 'sallyport-bench-packages-'));
    try {
      // Sizes are those of a release; the quick way compresses less, both alike.
      const level = quick ? { level: 1 } : {};
      const started = performance.now();
      const say = () => undefined;
      const { artefacts } = await packageApp({
        ...{ out: join(work, 'ours'), formats: [...FORMATS, 'tar.gz'], ...level, say },
      });
      const seconds = (performance.now() - started) / 1000;
      const bareStarted = performance.now();
      const bare = await readArtefacts(await packageBare(join(work, 'bare'), level), 'linux');
      const bareSeconds = (performance.now() - bareStarted) / 1000;
      for (const { format, bytes } of artefacts) {
        const theirs = bare.find((one) => one.format === format)?.bytes ?? Number.NaN;
        const ratio = bytes / theirs;
        const [ours, baseline] = [bytes / 1e6, theirs / 1e6];
        emit({
          metric: `${format}_size`,
          value: ratio,
          unit: 'ratio',
          ours,
          baseline,
          runs: 1,
          min: ratio,
          max: ratio,
        });
      }
      const time = { value: seconds, ours: seconds, baseline: bareSeconds, min: seconds, max: seconds };
      emit({ metric: 'packaging_s', unit: 's', runs: 1, ...time });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  },
};

/** Packages the smallest app there is by the same configuration. @returns the folder with its packages */
async function packageBare(work: string, level: { level?: number }): Promise<string> {
  const [app, resources, output] = [join(work, 'app'), join(work, 'resources'), join(work, 'made')];
  for (const folder of [join(app, 'out/main'), resources, output]) await mkdir(folder, { recursive: true });
  const about = { name: 'sallyport', productName: 'Sallyport', version, description, homepage, license: 'MIT' };
  const entry = { author: 'Sallyport <team@sallyport.dev>', main: 'out/main/index.js', desktopName: 'bare.desktop' };
  await writeFile(join(app, 'package.json'), JSON.stringify({ ...about, ...entry }));
  await writeFile(join(app, 'out/main/index.js'), "require('electron').app.on('ready', () => undefined);\n");
  const electron = await chooseElectron(work, () => undefined);
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  const run = { platform: 'linux', arches: [arch], formats: FORMATS, app, resources, output, work, electron } as const;
  await runBuilder({ ...run, epoch: 0, ...level });
  const name = `Sallyport-${version}-linux-${arch}`;
  const unpacked = join(output, unpackedFolder('linux', arch));
  await makeTarball(unpacked, join(output, `${name}.tar.gz`), { name, work, epoch: 0, ...level });
  return output;
}
