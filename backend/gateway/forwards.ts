import { AppError } from '../../protocol/errors.ts';
import { SshReader } from '../../protocol/ssh/reader.ts';
import { UNAVAILABLE } from './live-grant.ts';

/** Channels for connections onward that are open at the same time; a browser behind `ssh -D` has some dozens. */
export const MAX_FORWARDS = 256;
/** Destinations of one connection that are remembered as written down. */
const MOST_REMEMBERED = 1_000;
/** No name of a host is longer (RFC 1035 section 2.3.4), and no path of a socket that a kernel knows. */
const LONGEST_NAME = 255;

/**
 * Where a channel that the client opens leads to from the target, in words for the audit log; undefined when it is no
 * connection onward that the client may ask for. Never the same words for two destinations: each is written down once.
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
      const [host, port] = [unmistakable(reader.text()), reader.uint32()];
      reader.text();
      reader.uint32();
      reader.end();
      if (host === undefined || port > 65_535) return undefined;
      return `${host.includes(':') ? `[${host}]` : host}:${port}`;
    }
    /*
      OpenSSH PROTOCOL section 2.4
      string    socket path
      string    reserved
      uint32    reserved
    */
    case 'direct-streamlocal@openssh.com': {
      const path = unmistakable(reader.text());
      reader.string();
      reader.uint32();
      reader.end();
      if (path === undefined) return undefined;
      return path.startsWith('/') ? path : `socket ${path}`;
    }
    default:
      return undefined;
  }
}

/** Printable ASCII without spaces, whatever it was; undefined when it is too long to be a name. Nothing is cut off. */
function unmistakable(name: string): string | undefined {
  if (Buffer.byteLength(name) > LONGEST_NAME) return undefined;
  return name.replace(/[^\x21-\x7e]|\\/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
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
