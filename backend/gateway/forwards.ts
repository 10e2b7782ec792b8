import { AppError } from '../../protocol/errors.ts';
import { SshReader } from '../../protocol/ssh/reader.ts';
import { systemClock } from '../../protocol/time.ts';
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

/** New destinations that one connection may name at once, and how many more it may with each second that goes by. */
const DESTINATIONS_AT_ONCE = 20;
const DESTINATIONS_PER_SECOND = 2;
/** Its refusal is written down again after a while: see `RefusalLog`. */
export const TOO_MANY_DESTINATIONS = 'too-many-destinations';
const SLOW_DOWN = `Too many new destinations at a time: ${DESTINATIONS_AT_ONCE} at once, then ${DESTINATIONS_PER_SECOND} a second. Try again in a moment.`;

/**
 * Has each destination of one connection written down once, before the first connection to it is made; and keeps whoever
 * looks around behind the target (a scan of ports, say) from doing so fast, and from filling the log.
 */
export class ForwardLog {
  readonly #write: (to: string) => Promise<void>;
  readonly #monotonic: () => number;
  readonly #written = new Map<string, Promise<void>>();
  #left = DESTINATIONS_AT_ONCE;
  #countedAt: number;

  /** @param monotonic milliseconds that never go back: a clock that is stepped gives nobody more */
  constructor(write: (to: string) => Promise<void>, monotonic: () => number = systemClock.monotonic) {
    this.#write = write;
    this.#monotonic = monotonic;
    this.#countedAt = monotonic();
  }

  /** Never throws: what could not be written down is refused, with a sentence. */
  async admit(to: string): Promise<{ ok: true } | { ok: false; code: string; message: string }> {
    const before = this.#written.get(to);
    if (before === undefined && !this.#takeOne()) return { ok: false, code: TOO_MANY_DESTINATIONS, message: SLOW_DOWN };
    const writing = before ?? this.#write(to);
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

  #takeOne(): boolean {
    const now = this.#monotonic();
    const gained = ((now - this.#countedAt) / 1000) * DESTINATIONS_PER_SECOND;
    this.#left = Math.min(DESTINATIONS_AT_ONCE, this.#left + gained);
    this.#countedAt = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
