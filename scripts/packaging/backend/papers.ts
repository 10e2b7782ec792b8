import { cp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../../folders.ts';
import { noticeOf, RULE } from '../notices.ts';
import { type NpmPackage, readPackage, sorted } from '../npm-packages.ts';
import { bomOf, type Runtime } from '../sbom.ts';
import { readSources } from '../sources.ts';
import { serverParts } from './bundled-with-server.ts';
import { NAME } from './npm-tarball.ts';
import type { Program } from './program.ts';

/** What goes with every package: our licence, the licences of others, and the list of what is inside. */
export interface Papers {
  program: Program;
  /** Places in node_modules of what is inside. */
  places: readonly string[];
  /** Whether Node and the database server are inside too. */
  runtimes: boolean;
  /** Seconds since 1970. */
  epoch: number;
}

/** Where Node's licence lies beside the running one: in its archive, and in a package of it. */
const NODE_LICENCE = ['../LICENSE', '../share/doc/nodejs/LICENSE', '../share/doc/node/LICENSE'];

/** @throws when something brings no licence text: somebody has to look at it */
export async function writePapers(folder: string, { program, places, runtimes, epoch }: Papers): Promise<void> {
  const packages = sorted(await Promise.all(places.map((place) => readPackage(join(ROOT, place)))));
  const { version } = program;
  const { commit } = readSources();
  const node: Runtime = {
    ...{ name: 'node', version: process.versions.node, license: 'MIT', homepage: 'https://nodejs.org' },
    purl: `pkg:generic/node@${process.versions.node}`,
  };
  const parts = runtimes ? [node, ...serverParts(packages)] : [];
  const bom = bomOf({ name: NAME, version, commit, epoch, runtimes: parts, packages });
  await cp(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  await writeFile(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bom, null, 2)}\n`);
  await writeFile(join(folder, 'third-party-notices.txt'), await notices(packages, parts));
}

async function notices(packages: readonly NpmPackage[], parts: readonly Runtime[]): Promise<string> {
  const ofParts = await Promise.all(
    parts.map(async ({ name, version, license }) =>
      [RULE, `${name} ${version}`, license, '', await licenceOf(name), ''].join('\n'),
    ),
  );
  const ofPackages = await Promise.all(packages.map(noticeOf));
  return ['Sallyport is made with the work of others. Their licences follow.', '', ...ofParts, ...ofPackages].join(
    '\n',
  );
}

async function licenceOf(part: string): Promise<string> {
  const bin = dirname(process.execPath);
  const files =
    part === 'node'
      ? NODE_LICENCE.map((path) => join(bin, path))
      : [join(ROOT, 'packaging/backend/licences', `${part}.txt`)];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return text.trim();
  }
  throw new Error(`There is no licence text of ${part}: looked for ${files.join(', ')}.`);
}
