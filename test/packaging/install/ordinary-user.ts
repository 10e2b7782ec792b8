import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { removeFolder } from '../../support/folder.ts';
import { processGone } from '../../support/process-watch.ts';
import { type OwnProcess, processesOf } from './own-processes.ts';
import { type Outcome, outputOf, run } from './programs.ts';

/** The account of these tests. It belongs to nobody else, so that all its processes may be ended. */
export const TESTER = 'sallyport-tester';

/** A person with an account of their own on this machine, and no rights. */
export class OrdinaryUser {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;

  private constructor(uid: number, gid: number, home: string) {
    this.uid = uid;
    this.gid = gid;
    this.home = home;
  }

  static async create(): Promise<OrdinaryUser> {
    await outputOf('useradd', ['--create-home', '--user-group', '--shell', '/bin/sh', TESTER]);
    const user = OrdinaryUser.existing();
    if (!user) throw new Error(`useradd has made no account ${TESTER}.`);
    return user;
  }

  /** The account that a run which was killed has left behind. */
  static existing(): OrdinaryUser | undefined {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${TESTER}:`));
    const [, , uid, gid, , home] = line?.split(':') ?? [];
    return home === undefined ? undefined : new OrdinaryUser(Number(uid), Number(gid), home);
  }

  /** What a login gives its programs, and nothing of ours. */
  get env(): Record<string, string> {
    return {
      HOME: this.home,
      USER: TESTER,
      LOGNAME: TESTER,
      SHELL: '/bin/sh',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LANG: 'C.UTF-8',
    };
  }

  /** Runs a program as this person, to its end. */
  run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const { uid, gid, home } = this;
    return run(program, args, { uid, gid, cwd: home, env: { ...this.env, ...env } });
  }

  /** Starts a program as this person. What it starts itself may outlive it, as on a desktop; `endAll` ends them all. */
  start(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
    const { uid, gid, home } = this;
    const options = { uid, gid, cwd: home, env: { ...this.env, ...env }, stdio: 'ignore', detached: true } as const;
    spawn(program, args, options).unref();
  }

  /** What this person has running. */
  processes(): OwnProcess[] {
    return processesOf(this.uid);
  }

  /** Ends everything that this person has running, at once. */
  async endAll(): Promise<void> {
    const running = this.processes();
    // By the account, so that what is being started at this moment ends as well. Status 1: there was nothing.
    await run('pkill', ['-KILL', '-u', TESTER]);
    await Promise.all(running.map(({ pid }) => processGone(pid, 10_000)));
  }

  async remove(): Promise<void> {
    await this.endAll();
    await outputOf('userdel', [TESTER]);
    await removeFolder(this.home);
  }
}
