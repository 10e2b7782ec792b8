import type { Surroundings } from '../updates/installation.ts';

/** From what this copy of the app was installed, as people call it: "deb package". Pure. */
export function installedFrom({ platform, isPackaged, packageType, env, exists, program }: Surroundings): string {
  if (!isPackaged) return 'its source';
  switch (platform) {
    case 'linux':
      return onLinux(packageType, env);
    case 'win32':
      if (env.PORTABLE_EXECUTABLE_FILE !== undefined) return 'portable program';
      // Our NSIS installer leaves its uninstaller beside the program; an MSI leaves none.
      return exists(program.replace(/[^\\/]+$/, 'Uninstall $&')) ? 'setup program' : 'MSI package';
    case 'darwin':
      return 'macOS package';
    default:
      return 'an unknown package';
  }
}

function onLinux(packageType: string, env: Surroundings['env']): string {
  if (packageType === 'tar.gz') return 'tar.gz archive';
  if (['deb', 'rpm', 'pacman'].includes(packageType)) return `${packageType} package`;
  return env.APPIMAGE === undefined ? 'an unknown package' : 'AppImage';
}
