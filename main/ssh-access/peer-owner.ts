import { readFile } from 'node:fs';
import { endianness } from 'node:os';
import { AppError } from '../../protocol/errors.ts';

/** A connection from this computer to a port of ours, both at 127.0.0.1. */
export interface LocalConnection {
  /** Our port. */
  readonly to: number;
  /** Theirs. */
  readonly from: number;
}

/**
 * User id of whoever holds the other end of a connection, or undefined when nobody does any more.
 * @throws AppError 'unavailable' when this computer does not say
 */
export type PeerOwner = (connection: LocalConnection) => Promise<number | undefined>;

/** Where Linux lists its connections. A program that uses IPv6 sockets for IPv4 is in the second. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** TCP_ESTABLISHED (include/net/tcp_states.h). What its program has closed is listed with the user id 0. */
const ESTABLISHED = '01';

/**
 * The owner of the socket at the other end, by one of Linux' tables (proc(5), /proc/net/tcp). A line is
 *   sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
 * with addresses as hexadecimal words in the byte order of the processor and ports as they are read. Pure.
 */
export function ownerIn(table: string, { from, to }: LocalConnection, order = endianness()): number | undefined {
  const v4 = order === 'LE' ? '0100007F' : '7F000001';
  // ::ffff:127.0.0.1
  const v6 = `0000000000000000${order === 'LE' ? 'FFFF0000' : '0000FFFF'}${v4}`;
  for (const address of [v4, v6]) {
    const wanted = ` ${address}:${port(from)} ${address}:${port(to)} ${ESTABLISHED} `;
    const at = table.indexOf(wanted);
    if (at < 0) continue;
    const line = table.slice(at + wanted.length).split('\n', 1)[0] ?? '';
    const [, , , uid = '', , inode = ''] = line.trim().split(/ +/);
    return /^\d+$/.test(uid) && /^[1-9]\d*$/.test(inode) ? Number(uid) : undefined;
  }
  return undefined;
}

function port(number: number): string {
  return number.toString(16).toUpperCase().padStart(4, '0');
}

/**
 * Looks connections up in Linux' tables. One reading serves everybody who asked before it began, so that a flood of
 * connections reads no oftener than one after the other.
 */
export class ConnectionTables {
  readonly #read: (file: string) => Promise<string>;
  #running: Promise<string> | undefined;
  #next: Promise<string> | undefined;

  constructor(read: (file: string) => Promise<string> = readText) {
    this.#read = read;
  }

  readonly ownerOf: PeerOwner = async (connection) => {
    // The kernel lists them bucket by bucket, and may pass over one while others come and go.
    for (let looks = 0; looks < 2; looks += 1) {
      const owner = ownerIn(await this.#fresh(), connection);
      if (owner !== undefined) return owner;
    }
    return undefined;
  };

  /** The tables, read from now on and not before. */
  #fresh(): Promise<string> {
    if (!this.#running) return this.#begin();
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#begin();
      });
    return this.#next;
  }

  #begin(): Promise<string> {
    const running = this.#readAll().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #readAll(): Promise<string> {
    const found = await Promise.allSettled(TABLES.map((file) => this.#read(file)));
    const texts = found.flatMap((table) => (table.status === 'fulfilled' ? [table.value] : []));
    // A kernel without IPv6 has no second one.
    if (found[0]?.status === 'fulfilled') return texts.join('\n');
    const cause = found[0]?.reason;
    throw new AppError('unavailable', 'This computer does not say who connects to Sallyport. Tell IT.', { cause });
  }
}

function readText(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    readFile(file, 'latin1', (error, text) => (error ? reject(error) : resolve(text)));
  });
}

/** What this computer can say of who connects; undefined where it says nothing to a program without rights (macOS, Windows). */
export function peerOwner(platform: NodeJS.Platform = process.platform): PeerOwner | undefined {
  return platform === 'linux' ? tables.ownerOf : undefined;
}

const tables = new ConnectionTables();
