import { basename, dirname, join } from 'node:path';
import type { Artefact } from '../../protocol/update/feed.ts';

/** What this app can see of how it was installed. */
export interface Surroundings {
  platform: NodeJS.Platform;
  arch: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The running program, links followed. */
  program: string;
  isPackaged: boolean;
  /** Text of `package-type` beside the app's archive, which our packages hold; '' when there is none. */
  packageType: string;
  /** Whether this user may write there. */
  isWritable: (path: string) => boolean;
  exists: (path: string) => boolean;
}

/** How a newer version gets onto this computer. */
export type Installation =
  /** One path that belongs to this user: it is exchanged at a start. */
  | { kind: 'own'; shape: 'folder' | 'file'; path: string; format: Artefact['format'] }
  /** An installer that runs without a word. */
  | { kind: 'installer'; format: Artefact['format'] }
  /** Somebody else installs it; `how` says who. */
  | { kind: 'others'; how: string }
  | { kind: 'none'; why: string };

const BY_PACKAGE: Readonly<Record<string, string>> = {
  deb: 'Your package manager installs it: sudo apt update && sudo apt upgrade sallyport',
  rpm: 'Your package manager installs it: sudo dnf upgrade sallyport',
  pacman: 'Your package manager installs it: sudo pacman -Syu sallyport',
};
const BY_IT = 'Your IT installs it: this copy of Sallyport lies where only they may write.';

/** How this installation is updated. Pure. */
export function installationOf(around: Surroundings): Installation {
  if (!around.isPackaged)
    return { kind: 'none', why: 'This Sallyport runs from its source, so it looks for no updates.' };
  switch (around.platform) {
    case 'linux':
      return onLinux(around);
    case 'win32':
      return onWindows(around);
    case 'darwin':
      return { kind: 'others', how: 'Your IT installs it, or open the newer disk image and replace Sallyport.' };
    default:
      return { kind: 'none', why: 'There are no updates for this kind of computer.' };
  }
}

function onLinux({ env, packageType, program, isWritable }: Surroundings): Installation {
  const byPackage = BY_PACKAGE[packageType];
  if (byPackage !== undefined) return { kind: 'others', how: byPackage };
  if (packageType === 'tar.gz') return own('folder', dirname(program), 'tar.gz', isWritable);
  // A terminal that is itself an AppImage gives its variables on: only one that holds this program counts.
  const { APPIMAGE: image = '', APPDIR: mounted = '' } = env;
  if (image !== '' && mounted !== '' && program.startsWith(`${mounted}/`))
    return own('file', image, 'AppImage', isWritable);
  return {
    kind: 'others',
    how: 'Whoever installed this copy of Sallyport installs it: it does not say from which package it is.',
  };
}

function own(
  shape: 'folder' | 'file',
  path: string,
  format: Artefact['format'],
  isWritable: Surroundings['isWritable'],
): Installation {
  // Exchanged by renames beside it, so the folder it lies in counts too.
  const mine = [path, dirname(path)].every(isWritable);
  return mine ? { kind: 'own', shape, path, format } : { kind: 'others', how: BY_IT };
}

function onWindows({ env, program, exists, isWritable }: Surroundings): Installation {
  if (env.PORTABLE_EXECUTABLE_FILE !== undefined) {
    return { kind: 'others', how: 'Fetch the newer portable Sallyport from your IT and use it instead of this file.' };
  }
  const folder = dirname(program);
  // Our NSIS installer leaves its uninstaller beside the program; an MSI leaves none.
  const isNsis = exists(join(folder, `Uninstall ${basename(program)}`));
  return isNsis && isWritable(folder) ? { kind: 'installer', format: 'nsis' } : { kind: 'others', how: BY_IT };
}

/**
 * Arguments of our NSIS installer for an update that asks nothing: silent, over what is there, and started again after
 * it if so wanted (electron-builder's installer template). Pure.
 */
export function nsisArguments(startAgain: boolean): string[] {
  return ['/S', '--updated', ...(startAgain ? ['--force-run'] : [])];
}
