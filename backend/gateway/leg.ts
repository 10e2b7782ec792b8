import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { type Ssh2Protocol, sendMessage, ssh2ProtocolOf } from '../../protocol/ssh/ssh2-transport.ts';

/** Above this much unsent data for one side, the other side is no longer read. More than a few full SSH windows. */
const CONGESTED_BYTES = 8 * 1024 * 1024;
/** The same, in messages held back by a key exchange (of at most 32 KiB each). */
const CONGESTED_MESSAGES = 256;

/** One of the two SSH connections of a session: to the person's client, or to the target. */
export class Leg {
  readonly socket: Socket;
  readonly #connection: EventEmitter;
  readonly #protocol: Ssh2Protocol;
  readonly #rekeyBytes: number;
  #sinceRekey = 0;
  #corked = false;

  /**
   * @param connection ssh2's Client, or the connection its Server hands out
   * @param rekeyBytes fresh keys are asked for whenever so much was sent
   */
  constructor(connection: EventEmitter, socket: Socket, rekeyBytes: number) {
    this.#rekeyBytes = rekeyBytes;
    this.#connection = connection;
    this.#protocol = ssh2ProtocolOf(connection);
    this.socket = socket;
  }

  /** Sends one SSH message; nothing happens once the socket cannot take any more. */
  send(payload: Buffer): void {
    if (!this.socket.writable || this.socket.readableEnded) return;
    this.#cork();
    sendMessage(this.#protocol, payload);
    this.#sinceRekey += payload.length;
    if (this.#sinceRekey > this.#rekeyBytes) this.rekey();
  }

  /** Whether more can be sent without waiting: the peer reads, and no key exchange holds messages back. */
  get flows(): boolean {
    return this.socket.writableLength <= CONGESTED_BYTES && (this.#protocol._queue?.length ?? 0) <= CONGESTED_MESSAGES;
  }

  /** Stops reading `source` until this leg can send again: what one side does not take, the other does not give. */
  holdBack(source: { readonly socket: Pick<Socket, 'isPaused' | 'pause' | 'resume'> }): void {
    if (source.socket.isPaused()) return;
    source.socket.pause();
    const look = (): void => {
      if (!this.flows && !this.socket.destroyed) return;
      this.socket.off('drain', look).off('close', look);
      this.#connection.off('handshake', look);
      source.socket.resume();
    };
    this.socket.on('drain', look).on('close', look);
    this.#connection.on('handshake', look);
  }

  /** Fresh keys, which ssh2 never asks for by itself. */
  rekey(): void {
    this.#sinceRekey = 0;
    this.#protocol.rekey();
  }

  /**
   * Messages of one turn of the event loop leave in one system call: socket writes are the biggest cost of the gateway.
   * Not of one tick: that ends with each piece of 64 KiB that the other socket hands over.
   */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.socket.cork();
    setImmediate(() => {
      this.#corked = false;
      this.socket.uncork();
    });
  }
}
