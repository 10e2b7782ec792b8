import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { firstLine, startProgram } from '../../../scripts/processes.ts';
import { aptGetMust, dpkgStatus, PACKAGE, POLICY_FILE, POLICY_FOLDER } from './debian.ts';
import { OrdinaryUser } from './ordinary-user.ts';

/** There is one dpkg and one /opt: test files and checkouts take turns. The lock goes with whoever holds it. */
const LOCK = '/run/lock/sallyport-install-tests';

/**
 * This machine, for tests that really install. It is given back as it was found: without the package, the account, and
 * what we wrote for IT. An installation that is not ours is never touched.
 */
export class Machine {
  readonly user: OrdinaryUser;
  readonly #unlock: () => Promise<void>;

  private constructor(user: OrdinaryUser, unlock: () => Promise<void>) {
    this.user = user;
    this.#unlock = unlock;
  }

  static async take(): Promise<Machine> {
    const unlock = await lock();
    try {
      const leftOver = OrdinaryUser.existing();
      // Only a run that was killed leaves the account; then the rest is its own as well.
      if (leftOver) await restore(leftOver);
      else await refuseToDisturb();
      return new Machine(await OrdinaryUser.create(), unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** Writes what IT enforces on this machine, or takes it away again. */
  async enforce(settings: Readonly<Record<string, unknown>> | undefined): Promise<void> {
    await rm(POLICY_FILE, { force: true });
    if (settings === undefined) return;
    await mkdir(POLICY_FOLDER, { recursive: true, mode: 0o755 });
    await writeFile(POLICY_FILE, JSON.stringify({ enforced: settings }), { mode: 0o644 });
  }

  async giveBack(): Promise<void> {
    try {
      await restore(this.user);
    } finally {
      await this.#unlock();
    }
  }
}

async function lock(): Promise<() => Promise<void>> {
  // It reads until we close its input, or end.
  const holder = startProgram('flock', ['--timeout', '300', LOCK, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (!holder.child.stdout) throw new Error('flock has no output to read.');
  await firstLine(holder, holder.child.stdout, 'flock');
  return () => holder.stop();
}

async function refuseToDisturb(): Promise<void> {
  const status = await dpkgStatus();
  if (status !== '') {
    throw new Error(
      `${PACKAGE} is on this machine (${status}). These tests install and purge it: run them where it is not used.`,
    );
  }
  if (existsSync(POLICY_FILE)) {
    throw new Error(`${POLICY_FILE} is there. These tests write that file: run them where it is not used.`);
  }
}

/** The account goes last: as long as it is there, the next run knows that the rest is ours. */
async function restore(user: OrdinaryUser): Promise<void> {
  await user.endAll();
  if ((await dpkgStatus()) !== '') await aptGetMust('purge', PACKAGE);
  await rm(POLICY_FILE, { force: true });
  if ((await readdir(POLICY_FOLDER).catch(() => ['?'])).length === 0) await rm(POLICY_FOLDER, { recursive: true });
  await user.remove();
}
