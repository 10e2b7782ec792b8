import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where packages of the system put the app. */
export const INSTALLED = '/opt/Sallyport';
/** Name of its program. */
export const EXECUTABLE = 'sallyport-desktop';

/** Formats whose packages are installed by the system's package manager. */
export const SYSTEM_FORMATS = ['deb', 'rpm', 'pacman'] as const;
export type SystemFormat = (typeof SYSTEM_FORMATS)[number];

/**
 * What a package puts on the system besides the app's own folder and its menu entry. The command in /usr/bin is a file of
 * the package, so that no script has to make and remove it.
 * @returns the folder, laid out as the root of a file system
 */
export async function systemTree(work: string, format: SystemFormat): Promise<string> {
  const root = join(work, 'system', format);
  const put = async (path: string, make: (at: string) => Promise<void>): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await make(join(root, path));
  };
  // The app asks this file who is to update it.
  await put(`${INSTALLED}/resources/package-type`, (at) => writeFile(at, `${format}\n`));
  await put(`/usr/bin/${EXECUTABLE}`, (at) => symlink(`${INSTALLED}/${EXECUTABLE}`, at));
  await put('/usr/share/doc/sallyport/copyright', (at) => writeFile(at, COPYRIGHT));
  await put('/usr/share/doc/sallyport/managed', (at) => symlink(`${INSTALLED}/resources/managed`, at));
  return root;
}

const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Sallyport
Source: https://sallyport.dev

Files: *
Copyright: Sallyport contributors
License: MIT
Comment:
 The licences of all that is inside, Electron and Chromium among it, are in
 ${INSTALLED}/resources/third-party-notices.txt, ${INSTALLED}/LICENSE.electron.txt
 and ${INSTALLED}/LICENSES.chromium.html.
`;
