import { developmentPolicy, linuxPolicy } from './linux.ts';
import { macosPolicy } from './macos.ts';
import type { PolicySource } from './policy-source.ts';
import { windowsPolicy } from './windows.ts';

/** Names another file, in development alone: `--managed-settings=FILE`. */
export const DEVELOPMENT_ARGUMENT = 'managed-settings';

interface Place {
  platform: NodeJS.Platform;
  isPackaged: boolean;
  /** Value of `--managed-settings`, if it was given. */
  file: string | undefined;
}

/**
 * Where IT's settings are read from. In a packaged app nothing that a person can say moves the place: no argument, and
 * no variable of the environment. @throws Error when a packaged app is told to read them elsewhere
 */
export function policyPlace({ platform, isPackaged, file }: Place): PolicySource {
  if (file !== undefined) {
    if (isPackaged) {
      throw new Error(`it does not read your organisation's settings from anywhere else (--${DEVELOPMENT_ARGUMENT})`);
    }
    return developmentPolicy(file);
  }
  if (platform === 'win32') return windowsPolicy();
  return platform === 'darwin' ? macosPolicy() : linuxPolicy();
}
