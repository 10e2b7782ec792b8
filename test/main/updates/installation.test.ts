import { describe, expect, it } from 'vitest';
import { installationOf, nsisArguments, type Surroundings } from '../../../main/updates/installation.ts';

const linux: Surroundings = {
  ...{ platform: 'linux', arch: 'x64', env: {}, program: '/home/erin/Sallyport/sallyport', isPackaged: true },
  ...{ packageType: 'tar.gz', isWritable: () => true, exists: () => false },
};
const windows: Surroundings = {
  ...linux,
  platform: 'win32',
  packageType: '',
  program: '/apps/Sallyport/Sallyport.exe',
};
const image = { APPIMAGE: '/home/erin/Sallyport.AppImage', APPDIR: '/tmp/.mount_Sal' };
const fromImage = { packageType: '', env: image, program: '/tmp/.mount_Sal/sallyport' };
const uninstaller = { exists: (path: string) => path === '/apps/Sallyport/Uninstall Sallyport.exe' };

describe('how an installation is updated', () => {
  it.each<[string, Surroundings, object]>([
    ['from its source', { ...linux, isPackaged: false }, { kind: 'none', why: expect.stringContaining('source') }],
    ['on another system', { ...linux, platform: 'freebsd' }, { kind: 'none', why: expect.any(String) }],
    [
      'a deb',
      { ...linux, packageType: 'deb' },
      { kind: 'others', how: expect.stringContaining('apt upgrade sallyport') },
    ],
    [
      'an rpm',
      { ...linux, packageType: 'rpm' },
      { kind: 'others', how: expect.stringContaining('dnf upgrade sallyport') },
    ],
    ['of pacman', { ...linux, packageType: 'pacman' }, { kind: 'others', how: expect.stringContaining('pacman') }],
    ['of an unknown package', { ...linux, packageType: 'flatpak' }, { kind: 'others', how: expect.any(String) }],
    ['without any word of its package', { ...linux, packageType: '' }, { kind: 'others', how: expect.any(String) }],
    [
      'where nothing may be written',
      { ...linux, isWritable: () => false },
      { kind: 'others', how: expect.stringContaining('IT') },
    ],
    [
      'beside which nothing may be written',
      { ...linux, isWritable: (path) => path !== '/home/erin' },
      { kind: 'others', how: expect.stringContaining('IT') },
    ],
    [
      'that may not be written itself',
      { ...linux, isWritable: (path) => path !== '/home/erin/Sallyport' },
      { kind: 'others', how: expect.stringContaining('IT') },
    ],
    [
      'of a deb, started in another AppImage',
      { ...linux, packageType: 'deb', env: image },
      { kind: 'others', how: expect.stringContaining('apt') },
    ],
    [
      'started in the terminal of another AppImage',
      { ...linux, packageType: '', env: image },
      { kind: 'others', how: expect.any(String) },
    ],
    [
      'an AppImage that lies in another folder than this user’s',
      { ...linux, ...fromImage, isWritable: () => false },
      { kind: 'others', how: expect.stringContaining('IT') },
    ],
    ['a Mac', { ...linux, platform: 'darwin' }, { kind: 'others', how: expect.stringContaining('IT') }],
    ['an MSI', windows, { kind: 'others', how: expect.stringContaining('IT') }],
    [
      'NSIS for the whole computer',
      { ...windows, ...uninstaller, isWritable: () => false },
      { kind: 'others', how: expect.stringContaining('IT') },
    ],
    [
      'a portable one',
      { ...windows, env: { PORTABLE_EXECUTABLE_FILE: 'E:\\S.exe' } },
      { kind: 'others', how: expect.stringContaining('portable') },
    ],
    ['NSIS for one user', { ...windows, ...uninstaller }, { kind: 'installer', format: 'nsis' }],
    ['a folder', linux, { kind: 'own', shape: 'folder', path: '/home/erin/Sallyport', format: 'tar.gz' }],
    [
      'a folder, started in another AppImage',
      { ...linux, env: image },
      { kind: 'own', shape: 'folder', path: '/home/erin/Sallyport', format: 'tar.gz' },
    ],
    [
      'an AppImage',
      { ...linux, ...fromImage },
      { kind: 'own', shape: 'file', path: image.APPIMAGE, format: 'AppImage' },
    ],
  ])('%s', (_name, around, installation) => {
    expect(installationOf(around)).toEqual(installation);
  });

  it('says nothing while NSIS works, and starts again only if that is wanted', () => {
    expect(nsisArguments(false)).toEqual(['/S', '--updated']);
    expect(nsisArguments(true)).toEqual(['/S', '--updated', '--force-run']);
  });
});
