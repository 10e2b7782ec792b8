import { readFileSync } from 'node:fs';

const LOOK_MS = 200;

/**
 * Resolves when whoever started us has gone without telling us, as npm does when it is killed. npm starts a shell and the
 * shell starts us, so the parent's parent counts too where the system can name it.
 */
export function abandoned(): Promise<void> {
  const before = ancestors();
  return new Promise((resolve) => {
    const look = setInterval(() => {
      if (ancestors() === before) return;
      clearInterval(look);
      resolve();
    }, LOOK_MS);
    look.unref();
  });
}

function ancestors(): string {
  const parent = process.ppid;
  try {
    // proc(5): "pid (comm) state ppid …"; the name may hold anything, so read after its last parenthesis.
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8');
    return `${parent} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return String(parent);
  }
}
