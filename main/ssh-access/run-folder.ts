import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'sallyport-run-';

/**
 * A folder for as long as the app runs (0700), for what OpenSSH wants to read from files: known_hosts, configuration,
 * our scripts. Never a secret. Its name tells whose it is, so that what a crash left behind is removed at the next start.
 */
export class RunFolder {
  /** Absolute. */
  readonly path: string;

  constructor(base: string = runBase()) {
    removeAbandoned(base);
    this.path = mkdtempSync(join(base, `${PREFIX}${process.pid}-`));
  }

  /** Makes a folder in it, only for us. @returns its path */
  folder(name: string): string {
    const path = join(this.path, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  }

  /** Writes a file in it that only we may read, and returns its path. @param name may lie in a folder made by `folder` */
  write(name: string, text: string, mode: 0o600 | 0o700 = 0o600): string {
    const path = join(this.path, name);
    writeFileSync(path, text, { mode, flag: 'wx' });
    return path;
  }

  remove(name: string): void {
    rmSync(join(this.path, name), { recursive: true, force: true });
  }

  /** Removes the folder if nothing is in it: a window that still has to say why it ended removes its own part. */
  dispose(): void {
    try {
      if (readdirSync(this.path).length === 0) rmSync(this.path, { recursive: true, force: true });
    } catch {
      // Already gone.
    }
  }
}

/** The person's own folder for sockets and the like where the system has one; a socket's path must stay short. */
function runBase(): string {
  const own = process.env.XDG_RUNTIME_DIR;
  return process.platform === 'linux' && own?.startsWith('/') && isFolder(own) ? own : tmpdir();
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function removeAbandoned(base: string): void {
  for (const name of readdirSync(base)) {
    const pid = /^sallyport-run-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || lives(Number(pid))) continue;
    try {
      rmSync(join(base, name), { recursive: true, force: true });
    } catch {
      // Somebody else's, on a shared temp folder.
    }
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
