import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { homedir } from 'node:os';
import { AppError, type Failure, toFailure } from '../../../protocol/errors.ts';
import type { ExternalSession } from '../../../protocol/ipc/snapshot.ts';
import type { Credential } from '../../grants/certificates.ts';
import type { EndedGrant } from '../../grants/grants.ts';
import { type Forwarder, openForwarder } from '../../ssh-access/forwarder.ts';
import { knownHostsText } from '../../ssh-access/known-hosts.ts';
import type { ClosedBy } from '../../ssh-access/relay.ts';
import { asConfigLines, option, sshOptions } from '../../ssh-access/ssh-options.ts';
import type { Agent } from '../../ssh-agent/agent.ts';
import { SSH_TOO_OLD } from '../../ssh-agent/too-old.ts';
import { withNothingOpen } from './clean-start.ts';
import type { InstalledTerminal } from './installed.ts';
import type { LaunchFolder } from './launch-folder.ts';
import { terminalEnvironment } from './terminal-environment.ts';
import { windowTitle } from './terminal-program.ts';

/** A terminal that has not begun its session by then is given up, ms. A desktop may first ask the person something. */
const OPENING_MS = 60_000;
/** How long the news of why a grant ended may come after the gateway's cut, ms. */
const NEWS_MS = 1_000;
/** How often, and how many times, to look whether ssh is gone after its connection is, ms. */
const LOOK = { ms: 50, times: 20 } as const;
/** After this, an ssh that has not seen its connection end is killed, ms: it may have been stopped, or still draw a flood. */
const SURVIVES_MS = 150;
/** After this nobody reads the files of a launch any more, ms. */
const READ_MS = 5_000;

const ENDED = 'the session ended';
const LOST = 'the connection was lost; connect again to go on';

type Status = ExternalSession['status'];

export interface NativeSessionOptions {
  /** `login@target`. */
  title: string;
  /** What ssh calls the target, e.g. in known_hosts. */
  hostKeyAlias: string;
  terminal: InstalledTerminal;
  folder: LaunchFolder;
  /** Path of OpenSSH's client, and the text of our script. */
  ssh: string;
  script: string;
  env: NodeJS.ProcessEnv;
  credential: () => Promise<Credential>;
  serveAgent: (onTooOld: () => void) => Promise<Agent>;
  mayOpen: () => boolean;
  mayPass: () => boolean;
  setStatus: (status: Status) => void;
  now: () => number;
  /** Nothing of it is left, but perhaps a window that waits for a key. */
  onGone: () => void;
  onProblem: (message: string, error: unknown) => void;
}

/*
 *  opening ──► open ──► ended (the shell did, the connection was lost, or the grant ended: cut)
 *     └──► failed | ended
 */

/** One ssh in a terminal of the person's own, from its launch to its end. */
export class NativeSession {
  readonly #options: NativeSessionOptions;
  #forwarder: Forwarder | undefined;
  #agent: Agent | undefined;
  #state: 'opening' | 'open' | 'over' = 'opening';
  #connections = 0;
  /** What is still to be done after the end. */
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(options: NativeSessionOptions) {
    this.#options = options;
  }

  /** Claims the credential, and starts the terminal. Resolves when it was started. @throws AppError */
  async start(): Promise<void> {
    const { credential, folder } = this.#options;
    try {
      const claimed = await credential();
      await this.#openTransport(claimed);
      this.#stillWanted();
      folder.fill(this.#files(claimed));
      await this.#spawn();
      this.#after(OPENING_MS, () => {
        if (this.#state === 'opening') this.#fail(new AppError('timed-out', `${this.#name} did not open a session.`));
      });
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  get #name(): string {
    return this.#options.terminal.program.name;
  }

  async #openTransport({ endpoint }: Credential): Promise<void> {
    const { mayOpen, mayPass, serveAgent, onProblem } = this.#options;
    this.#forwarder = await openForwarder({
      endpoint: async () => endpoint,
      mayOpen,
      mayPass,
      onConnection: () => this.#opened(),
      onClosed: (_, by) => this.#closed(by),
      onFailed: (error) => {
        if (this.#state === 'opening') this.#fail(error);
      },
      onTurnedAway: (sentence) => onProblem(sentence, undefined),
    });
    this.#stillWanted();
    this.#agent = await serveAgent(() => this.#end(null, SSH_TOO_OLD));
  }

  /** The grant may have ended, or the person changed their mind, while something was awaited. */
  #stillWanted(): void {
    if (this.#state === 'over') {
      this.#severTransport();
      throw new AppError('grant-not-live', 'This access ended before the terminal was open.');
    }
  }

  #files({ endpoint, username }: Credential) {
    const { folder, hostKeyAlias, ssh, script } = this.#options;
    const options = sshOptions({
      forwarder: this.#forwarder!,
      endpoint,
      username,
      hostKeyAlias,
      knownHosts: folder.knownHosts,
      agent: this.#agent!.path,
    });
    // The person's own configuration is not read (-F): the language they use there goes with them all the same.
    const config = `Host *\n${asConfigLines([...options, option('SendEnv', 'LANG', 'LC_*', 'COLORTERM')], '  ')}`;
    return { ssh, script, config, knownHosts: knownHostsText(hostKeyAlias, endpoint.hostKeys) };
  }

  /** Resolves when the program has started. */
  async #spawn(): Promise<void> {
    const { terminal, folder, title, env } = this.#options;
    const command = terminal.program.command(terminal.path, { script: folder.script, title: windowTitle(title) });
    const [program, ...args] = withNothingOpen(command, process.platform);
    const log = folder.openLog();
    const child = spawn(program!, args, {
      // A session of its own: the terminal outlives the app, to show why its session ended.
      detached: true,
      stdio: ['ignore', log, log],
      env: terminalEnvironment(env),
      cwd: process.platform === 'win32' ? folder.path : homedir(),
    });
    closeSync(log);
    child.unref();
    child.once('exit', (code) => this.#terminalEnded(code));
    await started(child, this.#name);
  }

  #terminalEnded(code: number | null): void {
    if (this.#state !== 'opening') return;
    if (code !== 0) {
      this.#options.onProblem(`${this.#name} ended with status ${code}`, this.#options.folder.lastWords());
      this.#fail(
        new AppError('unavailable', `${this.#name} could not be opened. Choose another terminal in Settings.`),
      );
    } else if (!this.#options.terminal.program.handsOver) {
      this.#end(null, 'the window was closed before the session was open');
    }
  }

  #opened(): void {
    this.#connections += 1;
    if (this.#state !== 'opening') return;
    this.#state = 'open';
    this.#options.setStatus({ state: 'open' });
  }

  #closed(by: ClosedBy): void {
    this.#connections -= 1;
    this.#endWithSsh(by, LOOK.times);
  }

  /**
   * Ends with the last connection, if ssh is gone too: any program of this computer can connect to the port and hang up
   * again. When the gateway cut it, the reason is on its way by the event stream.
   */
  #endWithSsh(by: ClosedBy, looks: number): void {
    if (this.#state !== 'open' || this.#connections > 0) return;
    const { folder } = this.#options;
    const lost = folder.sshLostConnection();
    // The script says it a moment after ssh is gone; never, when its window was closed.
    if (folder.sshIsGone() && (lost !== undefined || looks === 0)) {
      // Told goodbye, or refused, by the gateway, ssh hangs up first itself: the reason is on its way then too.
      if (by === 'client' && !lost) this.#end(null, ENDED);
      else this.#after(NEWS_MS, () => this.#end(null, lost ? LOST : ENDED));
    } else if (looks > 0) {
      this.#after(LOOK.ms, () => this.#endWithSsh(by, looks - 1));
    }
  }

  /** Severs the connection at once, then says why. What does not end by itself is killed. */
  cut(reason: EndedGrant['reason'], sentence: string): void {
    this.#end(reason, sentence);
  }

  #end(reason: EndedGrant['reason'], sentence: string): void {
    if (this.#state === 'over') return;
    this.#finish(sentence);
    this.#options.setStatus({ state: 'ended', reason, sentence, at: this.#options.now() });
  }

  #fail(error: unknown): void {
    if (this.#state === 'over') return;
    this.#options.onProblem(`${this.#name} has no session`, error);
    const problem: Failure = toFailure(error);
    this.#finish(problem.message);
    this.#options.setStatus({ state: 'failed', problem });
  }

  /** In this order: nothing passes any more; then words. */
  #finish(sentence: string): void {
    this.#state = 'over';
    this.#severTransport();
    this.#options.folder.say(`Sallyport: ${sentence}.`.replace(/\.\.$/, '.'));
    for (const timer of this.#timers) clearTimeout(timer);
    this.#after(SURVIVES_MS, () => this.#options.folder.killSsh());
    this.#after(READ_MS, () => {
      this.#options.folder.remove();
      this.#options.onGone();
    });
  }

  #severTransport(): void {
    this.#forwarder?.sever();
    this.#agent?.close();
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms).unref();
    this.#timers.add(timer);
  }

  /** The app ends: cuts what is open, and kills its ssh at once. The window stays, to say why, until a key is pressed. */
  dispose(): void {
    this.#end(null, 'Sallyport was quit');
    for (const timer of this.#timers) clearTimeout(timer);
    this.#options.folder.killSsh();
  }
}

/** Resolves when the program runs. @throws AppError when it can't be started */
function started(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(
        new AppError('unavailable', `${name} could not be started. Choose another terminal in Settings.`, { cause }),
      ),
    );
  });
}
