import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'node:fs';
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
    isWritable,
    exists: existsSync,
  };
}

function isWritable(path: string): boolean {
  try {
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
