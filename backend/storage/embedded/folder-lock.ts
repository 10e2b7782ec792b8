import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { isAlive, startedAt } from './process-facts.ts';

/**
 * Takes a data folder for this process, so that two backends never share one. Returns the function that lets it go.
 * @throws AppError 'unavailable' when another living process has it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'backend.lock');
  const mine = `${process.pid} ${await startedAt(process.pid)}`;
  for (;;) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(mine);
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid, started] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
    if (pid && isAlive(Number(pid)) && (await startedAt(Number(pid))) === started) {
      throw new AppError(
        'unavailable',
        `Another backend (process ${pid}) already uses ${folder}; stop it or choose another data folder.`,
      );
    }
    await rm(path, { force: true });
  }
}
