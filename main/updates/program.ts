import { accessSync, constants, existsSync, mkdtempSync, readFileSync, realpathSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Surroundings } from './installation.ts';

/** The running program, as Electron knows it. */
export interface Program {
  version: string;
  isPackaged: boolean;
  executable: string;
  /** Folder beside the app's archive. */
  resourcesPath: string;
}

/** What can be seen of how this program was installed. */
export function surroundingsOf({ isPackaged, executable, resourcesPath }: Omit<Program, 'version'>): Surroundings {
  const { platform, arch, env } = process;
  return {
    ...{ platform, arch, env, isPackaged },
    program: realpathSync(executable),
    packageType: textOf(join(resourcesPath, 'package-type')),
    isWritable: (path) => isWritable(path, platform),
    exists: existsSync,
  };
}

/**
 * Whether this user may write there. Windows answers that question with yes for every folder, whoever may write it, so
 * there it is tried: what only an administrator may install is not to be asked for with an installer of this user's.
 */
export function isWritable(path: string, platform: NodeJS.Platform): boolean {
  try {
    if (platform === 'win32') {
      rmdirSync(mkdtempSync(join(path, '.sallyport-')));
      return true;
    }
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
