import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { removeFolder } from '../../support/folder.ts';

/** What a program said and how it ended. */
export interface Outcome {
  status: number;
  out: string;
  /** What it said on stdout and stderr, in turn. */
  said: string;
}

/**
 * A machine of its own for packages to be installed on: this one's files with a layer over them that is thrown away,
 * and processes that end with it. Only the network is shared. Nothing it does is seen outside, and when the test's
 * process dies its first process reads the end of its input, and all of it is gone.
 */
export class Machine {
  readonly #holder: ChildProcess;
  readonly #base: string;
  /** Id of the machine's first process, as this system counts. */
  readonly #first: number;

  private constructor(holder: ChildProcess, base: string, first: number) {
    this.#holder = holder;
    this.#base = base;
    this.#first = first;
  }

  /**
   * Switches it on.
   * @param shared folders of this system that it sees read-only, by the place they get
   */
  static async start(shared: Readonly<Record<string, string>> = {}): Promise<Machine> {
    const base = await mkdtemp(join(tmpdir(), 'sallyport-machine-'));
    const set = Object.entries(shared).map(
      ([place, folder]) => `mkdir -p "$root${place}"; mount --bind '${folder}' "$root${place}"`,
    );
    const script = [
      'set -e',
      // The layer lies in memory: what lies below it may not hold it as well.
      `mount -t tmpfs layer '${base}'`,
      `cd '${base}'; mkdir over work root; root='${base}/root'`,
      `mount -t overlay overlay -o lowerdir=/,upperdir='${base}/over',workdir='${base}/work' "$root"`,
      'mount -t proc proc "$root/proc"',
      'mount --rbind /dev "$root/dev"; mount --rbind /sys "$root/sys"',
      'for at in run tmp; do mount -t tmpfs -o mode=1777 "$at" "$root/$at"; done',
      ...set,
      'echo on',
      'exec chroot "$root" cat',
    ].join('\n');
    const flags = ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
    const holder = spawn('unshare', [...flags, 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    holder.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    const lines = createInterface({ input: holder.stdout as NodeJS.ReadableStream });
    await Promise.race([
      once(lines, 'line'),
      once(holder, 'close').then(() => {
        throw new Error(`No machine could be made (this needs root): ${complaint}`);
      }),
    ]);
    const children = await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8');
    return new Machine(holder, base, Number(children.trim()));
  }

  /** Runs a program as root. Resolves however it ends. */
  run(program: string, ...args: string[]): Promise<Outcome> {
    return new Promise((resolve) => {
      const child = execFile('nsenter', this.#enter([program, ...args]), { maxBuffer: 16e6, env: ENVIRONMENT });
      let [out, said] = ['', ''];
      child.stdout?.on('data', (text: string) => {
        out += text;
        said += text;
      });
      child.stderr?.on('data', (text: string) => {
        said += text;
      });
      child.once('close', (status) => resolve({ status: status ?? -1, out, said }));
    });
  }

  /** Runs lines of shell as root. @throws when they fail */
  async shell(script: string): Promise<string> {
    const { status, out, said } = await this.run('sh', '-ec', script);
    if (status !== 0) throw new Error(`${script}\nfailed with ${status}: ${said}`);
    return out.trim();
  }

  /** Starts a program that goes on. Its stdin is a pipe. */
  spawn(program: string, ...args: string[]): ChildProcess {
    return spawn('nsenter', this.#enter([program, ...args]), { env: ENVIRONMENT });
  }

  /** Every process of a user: id and command line. */
  async processesOf(user: string): Promise<string[]> {
    const { out } = await this.run('ps', '-u', user, '-o', 'pid=,args=');
    return out.split('\n').filter((line) => line.trim() !== '');
  }

  async dispose(): Promise<void> {
    const gone = this.#holder.exitCode === null ? once(this.#holder, 'close') : undefined;
    this.#holder.stdin?.end();
    await gone;
    await removeFolder(this.#base);
  }

  #enter(command: readonly string[]): string[] {
    return ['--target', String(this.#first), '--mount', '--pid', '--root', '--wd', '--', ...command];
  }
}

/** As a login of root has it; apt asks nothing. */
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
};
