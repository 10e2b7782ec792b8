import { chmod, cp, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from '../../folders.ts';
import { debianVersion, writeDebControl } from './deb-control.ts';
import { fixFiles } from './fixed-files.ts';
import { copyModules } from './installed-modules.ts';
import { writePapers } from './papers.ts';
import type { Program } from './program.ts';
import { run } from './run.ts';

const PACKAGING = join(ROOT, 'packaging/backend');
/** Where the program, its Node and its packages lie; the unit and /usr/bin/sallyport name it too. */
export const HOME = 'usr/lib/sallyport-backend';
const DOCUMENTS = 'usr/share/doc/sallyport-backend';

/** The tree that the package installs. @param epoch seconds since 1970: when this version was made */
export async function layOutTree(tree: string, program: Program, epoch: number): Promise<void> {
  const home = join(tree, HOME);
  const documents = join(tree, DOCUMENTS);
  await mkdir(documents, { recursive: true });
  await cp(program.folder, join(home, 'program'), { recursive: true });
  const places = await copyModules(program.locked, home, 'here');
  // The bundle is of modules; Node reads that from the nearest manifest above it.
  await writeFile(join(home, 'package.json'), '{ "type": "module" }\n');
  await cp(process.execPath, join(home, 'node'));
  await stripAll(home);
  await cp(join(PACKAGING, 'deb/sallyport'), join(tree, 'usr/bin/sallyport'));
  await cp(join(PACKAGING, 'systemd/sallyport.service'), join(tree, 'usr/lib/systemd/system/sallyport.service'));
  await cp(join(PACKAGING, 'systemd/low-ports.conf'), join(documents, 'examples/low-ports.conf'));
  await cp(join(PACKAGING, 'deb/lintian-overrides'), join(tree, 'usr/share/lintian/overrides/sallyport-backend'));
  for (const name of ['operations.md', 'policy.md', 'threat-model.md'])
    await cp(join(ROOT, 'docs', name), join(documents, name));
  await writePapers(documents, { program, places, runtimes: true, epoch });
  // Debian wants ours under this name; the licences of others are in third-party-notices.txt beside it.
  await rename(join(documents, 'LICENSE'), join(documents, 'copyright'));
  await writeFile(join(documents, 'changelog.gz'), gzipSync(changelog(program.version, epoch), { level: 9 }));
}

/** Takes the symbols out of what is compiled: nothing that runs reads them. */
async function stripAll(home: string): Promise<void> {
  const compiled: string[] = [];
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    const isProgram = path.endsWith(`/native/bin/${entry.name}`) || path === join(home, 'node');
    // npm's modes are as its authors had them; nothing else is started by its name.
    if (!isProgram) await chmod(path, 0o644);
    if (isProgram || /\.(node|so)(\.[\d.]+)?$/.test(entry.name)) compiled.push(path);
  }
  await run('strip', ['--strip-unneeded', ...compiled]);
}

/** Debian wants one; what has changed is told where the source is. */
function changelog(version: string, epoch: number): string {
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000');
  return `sallyport-backend (${debianVersion(version)}) stable; urgency=medium\n\n  * Release ${version}.\n\n -- Sallyport <team@sallyport.dev>  ${date}\n`;
}

/** How hard the package is pressed: `quick` (not at all) for tests, `small` for what people download. */
export type Compression = 'quick' | 'small';

/** Makes the package out of a laid-out tree. @param epoch seconds since 1970, the time of every file in it */
export async function buildDeb(
  tree: string,
  into: string,
  options: { version: string; epoch: number; compression: Compression },
): Promise<void> {
  await writeDebControl(tree, options.version);
  await fixFiles(tree, options.epoch);
  await mkdir(dirname(into), { recursive: true });
  const pressed = options.compression === 'quick' ? ['-Znone'] : ['-Zxz', '-z6', '--threads-max=1'];
  await run('dpkg-deb', ['--root-owner-group', ...pressed, '--build', tree, into], {
    ...process.env,
    SOURCE_DATE_EPOCH: String(options.epoch),
  });
}
