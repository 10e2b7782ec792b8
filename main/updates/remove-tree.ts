import { runSystemProgram } from '../managed/system-program.ts';

/**
 * Removes files and folders on Linux, if they are there. By the system's program: it takes its time elsewhere, and what
 * Electron makes of an .asar file, a folder, its own `fs` cannot remove.
 */
export async function removeTrees(paths: readonly string[]): Promise<void> {
  const { code } = await runSystemProgram('/bin/rm', ['-rf', '--', ...paths]);
  if (code !== 0) throw new Error(`${paths.join(', ')} could not be removed`);
}
