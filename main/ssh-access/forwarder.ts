import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Endpoint } from '../../protocol/api/routes.ts';
import { AppError } from '../../protocol/errors.ts';
import { Door, MOST_WAITING } from './door.ts';
import { type PeerOwner, peerOwner } from './peer-owner.ts';
import { type ClosedBy, type Relay, relay } from './relay.ts';

/** Longest wait for the endpoint to answer, ms. */
const CONNECT_MS = 20_000;
/** Enough for Ansible with 50 forks; a program in a loop must not use up the app's sockets. */
const LIMITS = { open: 100, perSecond: 100 } as const;
/** ssh speaks at once; a computer may be busy, ms. */
const SPEAK_MS = 10_000;

/** One connection that was carried to the endpoint. Numbers count up from 1 for each forwarder. */
export interface ForwardedConnection {
  readonly number: number;
}

export interface ForwarderOptions {
  /** Where connections go; asked for each. */
  endpoint: () => Promise<Pick<Endpoint, 'host' | 'port'>>;
  /** Whether something new may be opened now. */
  mayOpen: () => boolean;
  /** Whether bytes may pass now; asked at each chunk, either way. */
  mayPass: () => boolean;
  /** The endpoint answered; bytes flow from now on. */
  onConnection?: (connection: ForwardedConnection) => void;
  onClosed?: (connection: ForwardedConnection, by: ClosedBy) => void;
  /** A program asked for a connection that could not be made. */
  onFailed?: (error: AppError) => void;
  /** For the log, seldom: a program that is not this person's, or is gone again, was turned away. */
  onTurnedAway?: (sentence: string) => void;
  /** Of this person's programs. */
  limits?: { open: number; perSecond: number };
  connectMs?: number;
  speakMs?: number;
  /** Who connects, where the computer tells. */
  owner?: PeerOwner | undefined;
  /** User id of this person. */
  ownId?: number | undefined;
}

/**
 * The way by which this person's programs reach an endpoint through the app, so that the app can cut them. Where the
 * computer tells who connects (Linux), nobody else gets in; elsewhere whoever can connect to loopback reaches the
 * endpoint by it, as they could without it: what lets them log in there is the key.
 */
export interface Forwarder {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Destroys every connection now, the endpoint's side first, and stops listening. */
  sever(): void;
  /** Stops listening; what is open goes on until it ends or is severed. */
  close(): void;
}

/** Listens on a free port of loopback. @throws AppError 'internal' when it can't */
export async function openForwarder(options: ForwarderOptions): Promise<Forwarder> {
  const forwarder = new LoopbackForwarder(options);
  await forwarder.listen();
  return forwarder;
}

class LoopbackForwarder implements Forwarder {
  readonly host = '127.0.0.1' as const;
  readonly #options: ForwarderOptions;
  readonly #server: Server;
  /** Destroys one connection, whatever it has come to. */
  readonly #open = new Set<() => void>();
  /** Those that have not come to the endpoint yet, too. */
  readonly #clients = new Set<Socket>();
  readonly #door: Door;
  #lastNumber = 0;
  #severed = false;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    const limits = options.limits ?? LIMITS;
    this.#door = new Door({
      owner: 'owner' in options ? options.owner : peerOwner(),
      ownId: options.ownId ?? process.getuid?.(),
      limits,
      speakMs: options.speakMs ?? SPEAK_MS,
      onTurnedAway: (sentence) => options.onTurnedAway?.(sentence),
      onFailed: (error) => options.onFailed?.(error),
    });
    // Paused: nothing is read before there is somewhere to send it.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
    this.#server.maxConnections = limits.open + MOST_WAITING;
    this.#server.on('connection', (client) => void this.#accept(client));
  }

  get port(): number {
    return this.#port;
  }
  #port = 0;

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (cause: Error): void =>
        reject(new AppError('internal', 'No port of this computer could be opened for ssh. Try again.', { cause }));
      this.#server.once('error', failed);
      this.#server.listen(0, this.host, () => {
        this.#server.off('error', failed);
        // An accept that fails for want of descriptors is tried again by Node.
        this.#server.on('error', () => undefined);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  async #accept(client: Socket): Promise<void> {
    client.on('error', () => undefined);
    this.#clients.add(client);
    client.once('close', () => this.#clients.delete(client));
    if (!this.#mayOpen || !(await this.#door.admits(client)) || !this.#mayOpen) return void client.destroy();
    const opening = new AbortController();
    const stop = (): void => opening.abort();
    this.#open.add(stop);
    let server: Socket;
    try {
      server = await this.#reach(opening.signal);
    } catch (error) {
      client.destroy();
      if (error instanceof AppError) this.#options.onFailed?.(error);
      return;
    } finally {
      this.#open.delete(stop);
    }
    if (!this.#mayOpen) {
      server.destroy();
      client.destroy();
      return;
    }
    this.#join(relay(client, server, this.#options.mayPass));
    client.resume();
  }

  #join({ sever, closed }: Relay): void {
    const { onConnection, onClosed } = this.#options;
    this.#lastNumber += 1;
    const connection = { number: this.#lastNumber };
    this.#open.add(sever);
    void closed.then((by) => {
      this.#open.delete(sever);
      onClosed?.(connection, by);
    });
    onConnection?.(connection);
  }

  async #reach(signal: AbortSignal): Promise<Socket> {
    const { host, port } = await this.#options.endpoint();
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Error('severed'));
      const where = `${host}:${port}`;
      const socket = connect({ host, port, noDelay: true, allowHalfOpen: true, signal });
      const timer = setTimeout(
        () => socket.destroy(new Error('no answer in time')),
        this.#options.connectMs ?? CONNECT_MS,
      );
      socket.once('connect', () => {
        clearTimeout(timer);
        resolve(socket);
      });
      socket.on('error', (cause) => {
        clearTimeout(timer);
        reject(
          signal.aborted
            ? cause
            : new AppError('connection-refused', `${where} cannot be reached. Check the network or VPN.`, { cause }),
        );
      });
    });
  }

  get #mayOpen(): boolean {
    return !this.#severed && this.#options.mayOpen();
  }

  sever(): void {
    this.#severed = true;
    for (const end of [...this.#open]) end();
    for (const client of this.#clients) client.destroy();
    this.#server.close();
  }

  close(): void {
    this.#server.close();
  }
}
