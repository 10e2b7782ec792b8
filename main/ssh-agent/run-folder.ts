import { randomBytes } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = /^sallyport-run-(\d{1,10})-[A-Za-z0-9]{6}$/;

/**
 * The app's folder for what lives only as long as it runs: agent sockets, known_hosts files. 0700, with a random name,
 * under XDG_RUNTIME_DIR or the temp folder; made at the first use, deleted at the end.
 */
export class RunFolder {
  readonly #parent: string;
  #path: string | undefined;

  constructor(parent: string = runtimeParent(process.env)) {
    this.#parent = parent;
  }

  /** Makes the folder if need be, and takes away those that dead runs have left. @throws when it cannot be made */
  get path(): string {
    if (this.#path === undefined) {
      removeAbandoned(this.#parent);
      this.#path = mkdtempSync(join(this.#parent, `sallyport-run-${process.pid}-`));
    }
    return this.#path;
  }

  /** Never throws: the next start takes away what is left. */
  dispose(): void {
    const path = this.#path;
    this.#path = undefined;
    if (path === undefined) return;
    try {
      // Under another name nobody finds it: the script of a terminal that is being cut may be writing its last word.
      const aside = `${path.slice(0, -6)}${randomBytes(3).toString('hex')}`;
      renameSync(path, aside);
      rmSync(aside, { recursive: true, force: true });
    } catch {
      // It is held open on Windows, or somebody took our right to it.
    }
  }
}

/** XDG_RUNTIME_DIR is private to the user and gone with their login; elsewhere the temp folder. */
export function runtimeParent(env: NodeJS.ProcessEnv): string {
  const given = env.XDG_RUNTIME_DIR;
  if (given?.startsWith('/') !== true) return tmpdir();
  const found = lstatSync(given, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.() ? given : tmpdir();
}

/**
 * A run that was killed leaves its folder. In a shared temp folder anybody may make one with such a name, so that only
 * real folders of this user are deleted, and only those whose process is gone.
 */
function removeAbandoned(parent: string): void {
  const names = (() => {
    try {
      return readdirSync(parent);
    } catch {
      return [];
    }
  })();
  for (const name of names) {
    const pid = Number(NAME.exec(name)?.[1]);
    if (!pid || pid === process.pid || isAlive(pid)) continue;
    const path = join(parent, name);
    try {
      const found = lstatSync(path);
      if (!found.isDirectory() || (process.getuid && found.uid !== process.getuid())) continue;
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Somebody else's, or being deleted by another start of ours: not needed here.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
