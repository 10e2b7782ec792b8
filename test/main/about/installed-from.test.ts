import { expect, it } from 'vitest';
import { installedFrom } from '../../../main/about/installed-from.ts';
import type { Surroundings } from '../../../main/updates/installation.ts';

const linux: Surroundings = {
  ...{ platform: 'linux', arch: 'x64', env: {}, isPackaged: true, packageType: '' },
  program: '/opt/Sallyport/sallyport-desktop',
  isWritable: () => false,
  exists: () => false,
};
const windows: Partial<Surroundings> = { platform: 'win32', program: 'C:\\Apps\\Sallyport\\Sallyport.exe' };
const uninstaller = (path: string) => path === 'C:\\Apps\\Sallyport\\Uninstall Sallyport.exe';

it.each<[string, Partial<Surroundings>, string]>([
  ['run from its source', { isPackaged: false, packageType: 'deb' }, 'its source'],
  ['with apt', { packageType: 'deb' }, 'deb package'],
  ['with dnf', { packageType: 'rpm' }, 'rpm package'],
  ['with pacman', { packageType: 'pacman' }, 'pacman package'],
  ['unpacked', { packageType: 'tar.gz' }, 'tar.gz archive'],
  ['as one file', { env: { APPIMAGE: '/home/erin/Sallyport.AppImage' } }, 'AppImage'],
  [
    'with apt, started by a terminal that is an AppImage',
    { packageType: 'deb', env: { APPIMAGE: '/x' } },
    'deb package',
  ],
  ['in a way that it does not say', { packageType: 'snap' }, 'an unknown package'],
  ['with setup', { ...windows, exists: uninstaller }, 'setup program'],
  ['by IT with an MSI', windows, 'MSI package'],
  ['not at all on Windows', { ...windows, env: { PORTABLE_EXECUTABLE_FILE: 'x' } }, 'portable program'],
  ['on macOS', { platform: 'darwin' }, 'macOS package'],
])('an app installed %s says so', (_how, more, expected) => {
  expect(installedFrom({ ...linux, ...more })).toBe(expected);
});
