import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Looked at so often even when nobody says that something changed. Milliseconds. */
const LOOK_MS = 1_000;

/**
 * Follows what a path leads to. The folder's own word makes it prompt; the look now and then sees what that cannot tell:
 * a link above the folder that leads elsewhere from now on (Kubernetes, atomic deploys), and file systems of a network.
 * Tells of the first look too: since the file was read, it may have changed already. Returns the function that ends it.
 */
export function watchFile(path: string, onChange: () => void): () => void {
  let last: string | undefined;
  let looking = false;
  let again = false;
  let over = false;

  const look = (): void => {
    again = true;
    if (!looking) void compare();
  };
  async function compare(): Promise<void> {
    looking = true;
    while (again && !over) {
      again = false;
      const now = await standing(path);
      if (now !== last && !over) onChange();
      last = now;
    }
    looking = false;
  }

  look();
  const timer = setInterval(look, LOOK_MS);
  const watcher = watchFolder(dirname(path), look);
  return () => {
    over = true;
    clearInterval(timer);
    watcher?.close();
  };
}

/** The folder, not the file: many editors put a new file in the old one's place. Without watches left, looks are all. */
function watchFolder(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(folder, onChange).on('error', () => undefined);
  } catch {
    return undefined;
  }
}

/** What tells a file from what it was, behind all links; why there is none is told apart too. */
async function standing(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
