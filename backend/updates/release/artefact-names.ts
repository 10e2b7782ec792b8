import { basename } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { type Artefact, artefactSchema } from '../../../protocol/update/feed.ts';

export type Kind = Pick<Artefact, 'platform' | 'arch' | 'format'>;

/** By the end of a file's name, as electron-builder.yml gives it; and what needs no further word for its platform. */
const FORMATS: readonly [RegExp, Artefact['format'], Artefact['platform'] | undefined][] = [
  [/\.AppImage$/, 'AppImage', 'linux'],
  [/\.tar\.gz$/, 'tar.gz', 'linux'],
  [/\.deb$/, 'deb', 'linux'],
  [/\.rpm$/, 'rpm', 'linux'],
  [/\.pacman$/, 'pacman', 'linux'],
  [/-setup\.exe$/, 'nsis', 'win32'],
  [/\.msi$/, 'msi', 'win32'],
  [/\.dmg$/, 'dmg', 'darwin'],
  [/\.pkg$/, 'pkg', 'darwin'],
  [/\.zip$/, 'zip', undefined],
];
const PLATFORMS: Record<string, Artefact['platform']> = { linux: 'linux', mac: 'darwin', win: 'win32' };
/** Package formats have words of their own for the same processor. */
const ARCHES: Record<string, Artefact['arch']> = {
  x64: 'x64',
  amd64: 'x64',
  x86_64: 'x64',
  arm64: 'arm64',
  aarch64: 'arm64',
  universal: 'universal',
};

/** What `npm run package` puts beside the installers, and the one that nobody updates. */
const NO_INSTALLER = /(-portable\.exe|-sbom\.cdx\.json|-third-party-notices\.txt|^SHA256SUMS)$/;

/** Whether a file of the folder of packages is none that an app updates by. */
export function isBesideInstallers(file: string): boolean {
  return NO_INSTALLER.test(basename(file));
}

/**
 * What an installer is, by its name (Sallyport-1.2.3-linux-amd64.deb).
 * @throws AppError when the name does not say it, or is that of another version
 */
export function kindOf(file: string, version: string): Kind {
  const name = basename(file);
  const [pattern, format, usual] = FORMATS.find(([end]) => end.test(name)) ?? [];
  const words = new Set(name.replace(pattern ?? '', '').split('-'));
  const arch = [...words].flatMap((word) => ARCHES[word] ?? [])[0];
  const platform = [...words].flatMap((word) => PLATFORMS[word] ?? [])[0];
  if (!format || !arch || !platform || (usual && usual !== platform))
    throw new AppError(
      'invalid-input',
      `The name ${name} does not say what it is an installer of: say --artefact ${file}=linux/x64/deb, or whatever it is.`,
    );
  const said = /-(\d+\.\d+\.\d+(?:-[a-z]+\.\d+)?)-(?:linux|mac|win)/.exec(name)?.[1];
  if (said !== undefined && said !== version)
    throw new AppError('invalid-input', `${name} is an installer of ${said}, not of ${version}.`);
  return { platform, arch, format };
}

/** `FILE=linux/x64/deb`. @throws AppError */
export function kindSaid(words: string): { file: string; kind: Kind } {
  const [, file = '', ...parts] = /^(.+)=([^/=]+)\/([^/=]+)\/([^/=]+)$/.exec(words) ?? [];
  const [platform, arch, format] = parts;
  const kind = artefactSchema.pick({ platform: true, arch: true, format: true }).safeParse({ platform, arch, format });
  if (!kind.success) {
    const { platform: p, arch: a, format: f } = artefactSchema.shape;
    const known = [p, a, f].map(({ options }) => options.join(', ')).join('; ');
    throw new AppError('invalid-input', `--artefact is FILE=PLATFORM/ARCH/FORMAT, of: ${known}.`);
  }
  return { file, kind: kind.data };
}
