import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { carries, killCarrying } from './survivors.ts';
import type { NativePlatform } from './terminal-program.ts';

interface LaunchFiles {
  /** Path of OpenSSH's client. */
  ssh: string;
  /** Our ssh_config and known_hosts. */
  config: string;
  knownHosts: string;
  /** Text of our script. */
  script: string;
}

/**
 * The folder (0700) of one launch, with all that its script reads and writes: see resources/native/session.sh. Nothing
 * in it is secret.
 */
export class LaunchFolder {
  readonly path: string;
  readonly #script: string;

  /** @param path is made; its parent is there */
  constructor(path: string, script: NativePlatform['script']) {
    this.path = path;
    this.#script = script.name;
    mkdirSync(path, { mode: 0o700 });
    // The script holds it open from its start, so that it can read the reason after the folder is gone. cmd can't.
    if (process.platform !== 'win32') this.#write('reason', '');
  }

  get script(): string {
    return join(this.path, this.#script);
  }

  get knownHosts(): string {
    return join(this.path, 'known_hosts');
  }

  fill({ ssh, config, knownHosts, script }: LaunchFiles): void {
    this.#write('ssh', `${ssh}\n`);
    this.#write('config', config);
    this.#write(basename(this.knownHosts), knownHosts);
    this.#write(this.#script, script, 0o700);
  }

  /** Where what the terminal itself says goes: not a pipe, whose end would end the terminal with the app. */
  openLog(): number {
    return openSync(join(this.path, 'terminal.log'), 'w', 0o600);
  }

  /** The last line the terminal said, for the log. */
  lastWords(): string {
    const said = this.#read('terminal.log').trim();
    return said.slice(said.lastIndexOf('\n') + 1, 500);
  }

  /** Tells the script why it ended. Later words than the first change nothing. */
  say(sentence: string): void {
    if (this.#read('reason') !== '') return;
    try {
      // In place: the script has this very file open.
      writeFileSync(join(this.path, 'reason'), `${plainLine(sentence)}\n`, { mode: 0o600 });
    } catch {
      // The folder is gone, and with it whoever would have read this; the cut goes on.
    }
  }

  /** Whether the ssh of this launch has begun and ended. Windows cannot tell, and is believed to be through with it. */
  sshIsGone(): boolean {
    const pid = this.#sshPid();
    return process.platform === 'win32' || (pid !== undefined && !carries(pid, join(this.path, 'config')));
  }

  /**
   * Whether ssh itself said that its connection broke: it has no such word for a shell, or a window, that was closed.
   * Undefined until the script has written how ssh ended.
   */
  sshLostConnection(): boolean | undefined {
    if (process.platform === 'win32') return true;
    const status = this.#read('status').trim();
    return status === '' ? undefined : status === '255';
  }

  /** Kills the ssh of this launch if it still runs, e.g. because it was stopped. @returns whether it did */
  killSsh(): boolean {
    const pid = this.#sshPid();
    return pid !== undefined && killCarrying(pid, join(this.path, 'config'));
  }

  #sshPid(): number | undefined {
    const pid = /^\d{1,10}$/.exec(this.#read('ssh.pid').trim())?.[0];
    return pid !== undefined && Number(pid) > 1 ? Number(pid) : undefined;
  }

  remove(): void {
    try {
      rmSync(this.path, { recursive: true, force: true });
    } catch {
      // Windows keeps what a process has open; the run folder is removed at the end, or at the next start.
    }
  }

  #read(name: string): string {
    try {
      return readFileSync(join(this.path, name), 'utf8');
    } catch {
      return '';
    }
  }

  #write(name: string, text: string, mode = 0o600): void {
    writeFileSync(join(this.path, name), text, { mode, flag: 'wx' });
  }
}

/** One line that a terminal shows as it is: a note that somebody wrote must not steer the terminal of another. */
export function plainLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
