import type { ErrorCode, Failure } from '../../protocol/errors.ts';

/** Where a backend is, as a person reads it. */
export interface Place {
  /** In ASCII, "[::1]" for an IPv6 address. */
  host: string;
  /** '' where it is the usual one. */
  port: string;
  /** Nobody else's: a trial or a test. */
  onThisComputer: boolean;
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** @param origin as main keeps it, e.g. "https://sallyport.example.com" */
export function placeOf(origin: string): Place {
  if (!URL.canParse(origin)) return { host: origin, port: '', onThisComputer: false };
  const { hostname, port } = new URL(origin);
  return { host: hostname, port, onThisComputer: LOOPBACK.has(hostname) };
}

/** Host and port in one line: "sallyport.example.com:8443", "127.0.0.1:4380, on this computer". */
export function placeInWords(origin: string): string {
  const { host, port, onThisComputer } = placeOf(origin);
  return `${host}${port === '' ? '' : `:${port}`}${onThisComputer ? ', on this computer' : ''}`;
}

/** The address in a sallyport://join link that somebody pasted where it is asked for; null for all other text. Pure. */
export function addressInLink(typed: string): string | null {
  const org = /^\s*sallyport:\/\/join\/?\?org=([^&#\s]+)\s*$/i.exec(typed)?.[1];
  if (org === undefined) return null;
  try {
    return decodeURIComponent(org);
  } catch {
    return null;
  }
}

/** What is said after main's own sentence about a backend that could not be chosen. */
export interface TroubleWords {
  /** When nobody answers there. */
  nobody: string;
  /** When something else does. */
  stranger: string;
}

const AFTER: Partial<Record<ErrorCode, keyof TroubleWords>> = {
  offline: 'nobody',
  'timed-out': 'nobody',
  unavailable: 'stranger',
  'not-found': 'stranger',
};

/** What is wrong, and what to do about it. */
export function troubleInWords({ code, message }: Pick<Failure, 'code' | 'message'>, words: TroubleWords): string {
  const after = AFTER[code];
  return after === undefined ? message : `${message} ${words[after]}`;
}
