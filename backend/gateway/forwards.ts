import { AppError } from '../../protocol/errors.ts';
import { SshReader } from '../../protocol/ssh/reader.ts';
import { printable } from './channel-rules.ts';
import { UNAVAILABLE } from './live-grant.ts';

/** Channels for connections onward that are open at the same time; a browser behind `ssh -D` has some dozens. */
export const MAX_FORWARDS = 256;
/** Destinations of one connection that are remembered as written down. */
const MOST_REMEMBERED = 1_000;

/**
 * Where a channel that the client opens leads to from the target, in words for the audit log; undefined when it is no
 * connection onward that the client may ask for.
 * @param rest what follows in the opening @throws SshFormatError
 */
export function destinationOf(type: string, rest: Buffer): string | undefined {
  const reader = new SshReader(rest);
  switch (type) {
    /*
      RFC 4254 section 7.2
      string    host to connect
      uint32    port to connect
      string    originator IP address
      uint32    originator port
    */
    case 'direct-tcpip': {
      const [host, port] = [printable(reader.text()), reader.uint32()];
      reader.text();
      reader.uint32();
      reader.end();
      return `${host.includes(':') ? `[${host}]` : host}:${port}`;
    }
    /*
      OpenSSH PROTOCOL section 2.4
      string    socket path
      string    reserved
      uint32    reserved
    */
    case 'direct-streamlocal@openssh.com': {
      const path = printable(reader.text());
      reader.string();
      reader.uint32();
      reader.end();
      return path;
    }
    default:
      return undefined;
  }
}

/** Has each destination of one connection written down once, before the first connection to it is made. */
export class ForwardLog {
  readonly #write: (to: string) => Promise<void>;
  readonly #written = new Map<string, Promise<void>>();

  constructor(write: (to: string) => Promise<void>) {
    this.#write = write;
  }

  /** Never throws: what could not be written down is refused, with a sentence. */
  async admit(to: string): Promise<{ ok: true } | { ok: false; code: string; message: string }> {
    const writing = this.#written.get(to) ?? this.#write(to);
    if (this.#written.size < MOST_REMEMBERED) this.#written.set(to, writing);
    try {
      await writing;
      return { ok: true };
    } catch (error) {
      this.#written.delete(to);
      return error instanceof AppError
        ? { ok: false, code: error.code, message: error.message }
        : { ok: false, code: 'unavailable', message: UNAVAILABLE };
    }
  }
}
