import { cp, link, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { version as ownVersion } from '../../package.json';
import { versionSchema } from '../../protocol/update/feed.ts';
import type { ReleaseKey } from '../../protocol/update/keys.ts';
import { buildAll } from '../build.ts';
import { ROOT } from '../folders.ts';
import { packArchive, readUpdateKeys, stageApp } from './app-archive.ts';
import { type Artefact, isOfVersion, readArtefacts, writeSums } from './artefacts.ts';
import { BOM, NOTICES, writeBesideArchive } from './beside-archive.ts';
import { runBuilder } from './builder.ts';
import { checkConfiguration, readConfig } from './configuration.ts';
import { chooseElectron, type PackagedElectron } from './electron-choice.ts';
import { type Arch, FORMATS, type Format, formatNamed, type Platform, whyNot } from './formats.ts';
import { shippedPackages } from './shipped.ts';
import { readSources, type Sources } from './sources.ts';
import { makeTarball } from './tarball.ts';

export interface PackageOptions {
  /** Where the packages are put; what was there stays. */
  out: string;
  /** Names of formats; without them all that this machine can make. */
  formats?: readonly string[];
  arches?: readonly Arch[];
  /** How hard to compress, 1 to 9: 1 is for tests. Each format has its own default. */
  level?: number;
  /** What the app says its version is; else package.json's. */
  version?: string;
  /** Who may sign updates; else those of resources/update-keys.json. */
  updateKeys?: readonly ReleaseKey[];
  /** It takes no updates from a backend: no keys go into it, and only what package managers update is made. */
  noUpdates?: boolean;
  /** Folder for what is made on the way, kept with `unpacked` in it; else a temporary one. */
  work?: string;
  /** `unpacked` of an earlier packaging on this machine: only what differs between versions is made anew. */
  unpacked?: string;
  /** It goes to users: only with the official Electron, signed, and from a commit as it is. */
  release?: boolean;
  say?: (line: string) => void;
}

export interface Packaged {
  version: string;
  commit: string;
  electron: { version: string; official: boolean };
  artefacts: Artefact[];
  notBuilt: { format: string; platform: Platform; why: string }[];
  /** The app as it is before it is packed; there as long as `work` is. */
  unpacked: string;
}

/** Builds the app and packages it. @throws one sentence saying what is wrong with the options or with this machine */
export async function packageApp(options: PackageOptions): Promise<Packaged> {
  const { say = console.error, level, version = ownVersion } = options;
  if (!versionSchema.safeParse(version).success)
    throw new Error(`"${version}" is no version such as 1.2.3 or 1.2.3-beta.4.`);
  const platform = thisPlatform();
  const asked = formatsAsked(options);
  const updateKeys = await keysFor(options);
  const out = resolve(options.out);
  const work = options.work ?? (await mkdtemp(join(tmpdir(), 'sallyport-package-')));
  try {
    await checkConfiguration(await readConfig());
    await buildAll(say);
    const sources = readSources();
    await mkdir(work, { recursive: true });
    const electron = await chooseElectron(work, say);
    if (options.release) refuseUnfit(sources, electron, await pinnedNode());
    const { formats, notBuilt } = choose(asked, options.formats !== undefined, electron.official);
    const arches = options.arches ?? [platform === 'darwin' ? 'universal' : (process.arch as Arch)];

    const [app, resources, output] = [join(work, 'app'), join(work, 'resources'), join(work, 'made')];
    for (const folder of [app, resources, output]) await rm(folder, { recursive: true, force: true });
    await stageApp(app, { version, updateKeys });
    const { epoch, commit } = sources;
    const packages = await shippedPackages();
    await writeBesideArchive(resources, { version, commit, epoch, electronVersion: electron.version, packages });

    const ready = options.unpacked === undefined ? undefined : join(work, 'unpacked');
    if (options.unpacked !== undefined && ready !== undefined) {
      await renew(options.unpacked, ready, { resources, work, version, updateKeys });
    }
    const builders = formats.filter((format) => format.name !== 'tar.gz').map((format) => format.name);
    await runBuilder({
      ...{ platform, arches, formats: builders, app, resources, output, work, electron, epoch },
      ...(level === undefined ? {} : { level }),
      signed: options.release ?? false,
      ...(ready === undefined ? {} : { prepackaged: ready }),
    });
    const unpacked = ready ?? join(output, unpackedFolder(platform, arches[0] ?? 'x64'));
    if (formats.some((format) => format.name === 'tar.gz')) {
      for (const arch of arches) {
        const name = `Sallyport-${version}-linux-${arch}`;
        const from = ready ?? join(output, unpackedFolder(platform, arch));
        await makeTarball(from, join(output, `${name}.tar.gz`), { name, work, epoch, level });
      }
    }

    await mkdir(out, { recursive: true });
    for (const { name, path } of await readArtefacts(output, platform)) await move(path, join(out, name));
    for (const name of [BOM, NOTICES]) await cp(join(resources, name), join(out, `Sallyport-${version}-${name}`));
    const artefacts = (await readArtefacts(out, platform)).filter(({ name }) => isOfVersion(name, version));
    await writeSums(out, artefacts);
    return {
      ...{ version, commit, electron: { version: electron.version, official: electron.official } },
      ...{ artefacts, notBuilt, unpacked },
    };
  } finally {
    if (options.work === undefined) await rm(work, { recursive: true, force: true });
  }
}

/** Who may sign updates of this build. @throws where a release would quietly be one that nobody can update */
async function keysFor({ updateKeys, release, noUpdates }: PackageOptions): Promise<readonly ReleaseKey[]> {
  if (noUpdates) {
    if (updateKeys && updateKeys.length > 0)
      throw new Error('--no-updates and --update-keys contradict each other: leave one out.');
    return [];
  }
  const keys = updateKeys ?? (await readUpdateKeys());
  if (release && keys.length === 0)
    throw new Error(
      'A release without release keys never updates itself. Put what `sallyport release keygen` prints into ' +
        'resources/update-keys.json or say --update-keys FILE; for packages that package managers alone update, say --no-updates.',
    );
  return keys;
}

/** Those that were named, else all that make sense. */
function formatsAsked({ formats, noUpdates }: PackageOptions): readonly Format[] {
  const asked = formats?.map(formatNamed);
  if (!noUpdates) return asked ?? FORMATS;
  const loose = asked?.filter(({ managed }) => !managed) ?? [];
  if (loose.length > 0)
    throw new Error(
      `Nobody would update ${loose.map(({ name }) => name).join(', ')}: --no-updates is for what package managers update.`,
    );
  return asked ?? FORMATS.filter(({ managed }) => managed);
}

/** The one place that says which Node makes a release. */
async function pinnedNode(): Promise<string> {
  return (await readFile(join(ROOT, '.node-version'), 'utf8')).trim();
}

function refuseUnfit({ commit }: Sources, { official, version }: PackagedElectron, node: string): void {
  if (!official)
    throw new Error(`Electron ${version} is for testing: a release is packaged where the official one can be had.`);
  // It goes into the backend's package.
  if (process.versions.node !== node)
    throw new Error(`A release is packaged with Node ${node} (.node-version); this is ${process.versions.node}.`);
  if (!/^[0-9a-f]{40}$/.test(commit))
    throw new Error(`A release is packaged from a commit as it is; this is ${commit}.`);
}

/** @throws when one that was asked for cannot be made here */
function choose(asked: readonly Format[], byName: boolean, online: boolean) {
  const judged = asked.map((format) => ({ format, why: whyNot(format, online) }));
  const notBuilt = judged.flatMap(({ format: { name, platform }, why }) =>
    why === undefined ? [] : [{ format: name, platform, why }],
  );
  if (byName && notBuilt.length > 0) {
    throw new Error(notBuilt.map(({ format, why }) => `${format} ${why}.`).join(' '));
  }
  return { formats: judged.filter(({ why }) => why === undefined).map(({ format }) => format), notBuilt };
}

/** The same unpacked app with what belongs to another version: its archive and what lies beside it. */
async function renew(
  from: string,
  to: string,
  {
    resources,
    work,
    ...archive
  }: { resources: string; work: string; version: string; updateKeys: readonly ReleaseKey[] },
): Promise<void> {
  await rm(to, { recursive: true, force: true });
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(from.length);
    if (entry.isDirectory()) await mkdir(join(to, path), { recursive: true });
    else await mkdir(join(to, path, '..'), { recursive: true }).then(() => link(join(from, path), join(to, path)));
  }
  await rm(join(to, 'resources'), { recursive: true });
  await cp(resources, join(to, 'resources'), { recursive: true });
  const folder = join(work, 'archive');
  await rm(folder, { recursive: true, force: true });
  await cp(await packArchive(folder, archive), join(to, 'resources/app.asar'));
}

/** electron-builder's name for the folder. */
export function unpackedFolder(platform: Platform, arch: Arch): string {
  const suffix = arch === 'x64' ? '' : `-${arch}`;
  if (platform === 'darwin') return `mac${suffix}`;
  return `${platform === 'win32' ? 'win' : 'linux'}${suffix}-unpacked`;
}

function thisPlatform(): Platform {
  const { platform } = process;
  if (platform === 'linux' || platform === 'darwin' || platform === 'win32') return platform;
  throw new Error(`There are no packages for ${platform}.`);
}

/** Also from one disk to another. */
async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error;
    await cp(from, to);
  });
}
