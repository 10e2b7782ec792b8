import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** What is written in steps is read once, when they are over. */
const SETTLED_MS = 200;
/** How often to look where the system tells of no change: a folder that is not there, too many watched, a network disk. */
const LOOK_MS = 60_000;

/**
 * Calls `onChange` when a file is made, written, replaced or taken away. The folder is watched, since a file that is
 * replaced takes its watch with it. Holds no process up. Returns the function that stops it.
 */
export function watchFile(file: string, onChange: () => void, lookMs: number = LOOK_MS): () => void {
  let settling: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  let seen = lookOf(file);
  const changed = (): void => {
    clearTimeout(settling);
    settling = setTimeout(onChange, SETTLED_MS).unref();
  };
  const watchFolder = (): void => {
    watcher?.close();
    watcher = undefined;
    try {
      watcher = watch(dirname(file), { persistent: false }, changed);
      // What it cannot tell any more is seen by looking.
      watcher.on('error', () => undefined);
    } catch {
      // No such folder yet, or not for us: the file is looked for all the same.
    }
  };
  watchFolder();
  const looking = setInterval(() => {
    const now = lookOf(file);
    if (now === seen) return;
    seen = now;
    // The folder may be another one by now.
    watchFolder();
    changed();
  }, lookMs).unref();
  return () => {
    clearTimeout(settling);
    clearInterval(looking);
    watcher?.close();
  };
}

/** Differs when a file was written, replaced, taken away, or given other rights. */
function lookOf(file: string): string {
  try {
    const { ino, size, ctimeMs } = statSync(file);
    return `${ino} ${size} ${ctimeMs}`;
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code}`;
  }
}
