import { hasCommand } from '../system-libraries.ts';

/** An operating system, in Node's words and the update feed's. */
export type Platform = 'linux' | 'darwin' | 'win32';
export type Arch = 'x64' | 'arm64' | 'universal';

/** One kind of installer or archive. */
export interface Format {
  /** electron-builder's name for it, which is also that of the update feed. */
  name: string;
  platform: Platform;
  /** How its file's name ends, after the version. */
  ending: RegExp;
  /** The programs of the system that make it. */
  tools: readonly string[];
  /** Only the system's own package manager, or IT's tools, install and update it. */
  managed?: true;
  /** What has to be fetched from elsewhere to make it, if anything. */
  download?: string;
}

const LINUX = { platform: 'linux' } as const;
const WIN = { platform: 'win32', tools: [] } as const;
const MAC = { platform: 'darwin', tools: [] } as const;

export const FORMATS: readonly Format[] = [
  { name: 'deb', ...LINUX, managed: true, ending: /\.deb$/, tools: ['dpkg-deb'] },
  { name: 'rpm', ...LINUX, managed: true, ending: /\.rpm$/, tools: ['rpmbuild'] },
  { name: 'tar.gz', ...LINUX, ending: /\.tar\.gz$/, tools: ['tar', 'gzip'] },
  { name: 'pacman', ...LINUX, managed: true, ending: /\.pacman$/, tools: ['bsdtar', 'touch'] },
  { name: 'AppImage', ...LINUX, ending: /\.AppImage$/, tools: [], download: "AppImage's runtime and mksquashfs" },
  { name: 'nsis', ...WIN, ending: /-setup\.exe$/, download: 'NSIS' },
  { name: 'msi', ...WIN, managed: true, ending: /\.msi$/, download: 'the WiX toolset' },
  { name: 'portable', ...WIN, ending: /-portable\.exe$/, download: 'NSIS' },
  { name: 'dmg', ...MAC, ending: /\.dmg$/, download: "electron-builder's dmg tool" },
  { name: 'zip', ...MAC, ending: /\.zip$/ },
  { name: 'pkg', ...MAC, managed: true, ending: /\.pkg$/ },
];

const SYSTEMS: Record<Platform, string> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

/** Why this machine cannot make the format; undefined where it can. `online`: tools can be fetched from GitHub. */
export function whyNot({ platform, tools, download }: Format, online: boolean): string | undefined {
  if (platform !== process.platform) return `is made on ${SYSTEMS[platform]}`;
  const missing = tools.filter((tool) => !hasCommand(tool));
  if (missing.length > 0) return `needs ${missing.join(' and ')}, which this system does not have`;
  if (download !== undefined && !online) return `needs ${download} from GitHub, which cannot be reached from here`;
  return undefined;
}

/** The format of this name. @throws with the names there are */
export function formatNamed(name: string): Format {
  const format = FORMATS.find((known) => known.name.toLowerCase() === name.toLowerCase());
  if (format === undefined) {
    throw new Error(`There is no format "${name}"; there are ${FORMATS.map((known) => known.name).join(', ')}.`);
  }
  return format;
}
