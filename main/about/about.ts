import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { release, type as systemName } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import type { About, Licences } from '../../protocol/ipc/about.ts';
import { type Notice, readNotices } from '../../protocol/notices.ts';
import { type Program, surroundingsOf } from '../updates/program.ts';
import { installedFrom } from './installed-from.ts';

/** Written beside the archive by packaging. */
const NOTICES = 'third-party-notices.txt';
/** Brought along by Electron. */
const ELECTRON = 'LICENSE.electron.txt';
const CHROMIUM = 'LICENSES.chromium.html';

/** The copy of the app that runs. */
export interface Copy extends Omit<Program, 'version'> {
  /** The app's package.json. */
  manifest: string;
}

/** What this copy is. */
export function aboutOf(copy: Copy): About {
  const { electron = '', chrome = '', node } = process.versions;
  return {
    ...{ electron, chromium: chrome, node },
    system: `${systemName()} ${process.getSystemVersion?.() ?? release()}, ${process.arch}`,
    installedFrom: installedFrom(surroundingsOf(copy)),
    licence: licenceIn(readFileSync(copy.manifest, 'utf8')),
  };
}

/** With whose work it is made. @throws AppError 'not-found' where no package holds the licences */
export async function licencesOf({ isPackaged, executable, resourcesPath }: Copy): Promise<Licences> {
  if (!isPackaged)
    throw new AppError(
      'not-found',
      'This Sallyport runs from its source, and the licences are gathered when it is packaged. They are in node_modules.',
    );
  // On macOS in the bundle's resources, elsewhere beside the program.
  const beside = process.platform === 'darwin' ? resourcesPath : dirname(executable);
  const file = join(resourcesPath, NOTICES);
  const packages = readNotices(await textOf(file));
  if (packages.length === 0) throw missing(file);
  const electron: Notice = {
    ...{ name: 'electron', version: process.versions.electron ?? '', licence: 'MIT' },
    ...{ homepage: 'https://www.electronjs.org/', text: (await textOf(join(beside, ELECTRON))).trim() },
  };
  return { packages: [electron, ...packages], chromium: join(beside, CHROMIUM) };
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw missing(file, error);
  });
}

function missing(file: string, cause?: unknown): AppError {
  return new AppError('not-found', `The licences cannot be read from ${file}. Install Sallyport again to have them.`, {
    cause,
  });
}

function licenceIn(manifest: string): string {
  const { license } = JSON.parse(manifest) as { license?: unknown };
  return typeof license === 'string' ? license : '';
}
