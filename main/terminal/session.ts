import { AppError, toFailure } from '../../protocol/errors.ts';
import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import { terminalInputSchema } from '../../protocol/ipc/terminal-port.ts';
import type { Credential } from '../grants/certificates.ts';
import { openConnection, type TargetConnection } from './connection.ts';
import { OutputFlow } from './output-flow.ts';
import type { TerminalPort } from './port.ts';
import { openShell, type Shell, type Size } from './shell.ts';

/** How long the news of why a grant ended may come after the gateway's cut, ms. */
const NEWS_MS = 1_000;
/** How much may be typed before the shell is there, characters. */
const TYPED_AHEAD = 64 * 1024;
/** Until the page says how large it is. */
const FIRST_SIZE: Size = { cols: 80, rows: 24 };

const LOST = (whose: string): string => `the connection to the ${whose} was lost; connect again to go on`;

type Status = Terminal['status'];

interface SessionOptions {
  /** Claims what opens the gateway, or the target itself. */
  credential: () => Promise<Credential>;
  /** Whether bytes may pass at this moment; asked before every one of them, either way. */
  mayPass: () => boolean;
  setStatus: (status: Status) => void;
  now: () => number;
  onProblem: (error: unknown) => void;
  newsMs?: number;
}

/**
 * One terminal: a shell on a target, and the page that draws it, which may come later, or again.
 * Until a page is there nothing is read, so that the shell's first words wait for it.
 */
export class TerminalSession {
  readonly #options: SessionOptions;
  readonly #life = new AbortController();
  #connection: TargetConnection | undefined;
  #shell: Shell | undefined;
  #port: TerminalPort | undefined;
  #flow: OutputFlow | undefined;
  #size = FIRST_SIZE;
  /** What was typed before the shell was there. */
  #typedAhead = '';
  #exit: string | undefined;
  /** Why it is over, once it is. */
  #over: string | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    void this.#open();
  }

  async #open(): Promise<void> {
    const { credential, setStatus, onProblem } = this.#options;
    try {
      const connection = await openConnection({
        credential: await credential(),
        signal: this.#life.signal,
        onClosed: () => this.#closed(),
      });
      this.#connection = connection;
      const shell = await openShell(connection, this.#size);
      if (this.#over !== undefined) return;
      // What was typed while it was being opened is no exception, nor is the first word of a shell that comes too late.
      if (!this.#options.mayPass())
        throw new AppError('grant-not-live', 'This access ended before the terminal was open.');
      this.#shell = shell;
      this.#listen(shell);
      setStatus({ state: 'open' });
      if (this.#typedAhead !== '') shell.channel.write(this.#typedAhead);
      this.#start();
    } catch (error) {
      if (this.#over !== undefined) return;
      onProblem(error);
      const problem = toFailure(error);
      this.#finish({ state: 'failed', problem }, problem.message);
    }
  }

  #listen(shell: Shell): void {
    const { channel } = shell;
    shell.pause();
    channel.on('data', (bytes: Buffer) => this.#output(bytes));
    // With a pty the target sends no stderr; what the gateway itself says may come there.
    channel.stderr.on('data', (bytes: Buffer) => this.#output(bytes));
    channel.on('exit', (status: number | null, signal?: string) => {
      this.#exit = exitSentence(status, signal);
    });
    channel.on('close', () => this.#closed());
    channel.on('error', (error: unknown) => this.#options.onProblem(error));
  }

  /** A page draws this terminal from now on; one that did before is let go. */
  attach(port: TerminalPort, size: Size): void {
    this.#port?.close();
    this.#port = port;
    this.#size = size;
    port.on('message', ({ data }) => {
      if (this.#port === port) this.#input(data);
    });
    port.on('close', () => {
      if (this.#port !== port) return;
      this.#port = undefined;
      this.#shell?.pause();
    });
    port.start();
    if (this.#over !== undefined) port.postMessage({ kind: 'ended', sentence: this.#over });
    else this.#start();
  }

  /** Lets the bytes flow, when there are both a shell and a page. */
  #start(): void {
    const [shell, port] = [this.#shell, this.#port];
    if (!shell || !port) return;
    this.#flow = new OutputFlow(shell, (message) => port.postMessage(message));
    this.#tellSize();
    shell.resume();
  }

  #output(bytes: Buffer): void {
    if (this.#over !== undefined || !this.#options.mayPass()) return;
    this.#flow?.write(bytes);
    this.#shell?.taken(bytes.length);
  }

  #input(data: unknown): void {
    const parsed = terminalInputSchema.safeParse(data);
    if (!parsed.success || this.#over !== undefined || !this.#options.mayPass()) return;
    switch (parsed.data.kind) {
      case 'input':
        if (this.#shell) this.#shell.channel.write(parsed.data.text);
        else this.#typedAhead = (this.#typedAhead + parsed.data.text).slice(0, TYPED_AHEAD);
        return;
      case 'ack':
        this.#flow?.acknowledge(parsed.data.bytes);
        return;
      case 'resize':
        this.#size = { cols: parsed.data.cols, rows: parsed.data.rows };
        this.#tellSize();
        return;
      default:
        parsed.data satisfies never;
    }
  }

  #tellSize(): void {
    this.#shell?.channel.setWindow(this.#size.rows, this.#size.cols, 0, 0);
  }

  /**
   * The connection, for another channel on it, and the signal that says when it is over and why.
   * @throws AppError 'wrong-state' unless the terminal is open
   */
  open(): { connection: TargetConnection; signal: AbortSignal } {
    if (this.#over !== undefined || !this.#connection || !this.#shell) {
      throw new AppError('wrong-state', 'This terminal is not open. Connect again first.');
    }
    return { connection: this.#connection, signal: this.#life.signal };
  }

  /** The shell ended, or the connection did. When the gateway cut it, the reason is on its way by the event stream. */
  #closed(): void {
    if (this.#over !== undefined || !this.#shell) return;
    const over = (sentence: string): void =>
      this.#finish({ state: 'ended', reason: null, sentence, at: this.#options.now() }, sentence);
    if (this.#exit !== undefined) over(this.#exit);
    else setTimeout(() => over(LOST(this.#connection?.whose ?? 'target')), this.#options.newsMs ?? NEWS_MS);
  }

  /** The grant is over: severs the connection at once and says why. */
  cut(reason: Extract<Status, { state: 'ended' }>['reason'], sentence: string): void {
    this.#finish({ state: 'ended', reason, sentence, at: this.#options.now() }, sentence);
  }

  #finish(status: Status, sentence: string): void {
    if (this.#over !== undefined) return;
    this.#over = sentence;
    this.#sever();
    this.#flow?.flush();
    this.#port?.postMessage({ kind: 'ended', sentence });
    this.#options.setStatus(status);
  }

  /** The tab is closed. */
  dispose(): void {
    this.#over ??= 'the terminal was closed';
    this.#sever();
    this.#port?.close();
    this.#port = undefined;
  }

  #sever(): void {
    this.#life.abort(this.#over);
    this.#connection?.destroy();
  }
}

function exitSentence(status: number | null, signal: string | undefined): string {
  if (signal !== undefined) return `the shell was ended by ${signal.startsWith('SIG') ? signal : `SIG${signal}`}`;
  return status === 0 || status === null ? 'the shell ended' : `the shell ended with exit status ${status}`;
}
