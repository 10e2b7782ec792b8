import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { ASK_TIMEOUT_MS } from './ask.ts';

/** A TLS certificate is renewed some weeks before its end; who has not by then has a broken renewal. Days. */
const SOON_DAYS = 14;
const DAY_MS = 24 * 3_600_000;

/** When the certificate at an https address ends, epoch ms; undefined: none could be read. */
export function certificateEnd(origin: string): Promise<number | undefined> {
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    // Only its date is read here; whether it is trusted, the call itself has found out.
    const socket = connect({
      host,
      port: Number(port || 443),
      rejectUnauthorized: false,
      ...(isIP(host) ? {} : { servername: host }),
    });
    const done = (end: number | undefined): void => {
      socket.destroy();
      resolve(end);
    };
    socket.setTimeout(ASK_TIMEOUT_MS, () => done(undefined));
    socket.once('error', () => done(undefined));
    socket.once('secureConnect', () => {
      const end = Date.parse(socket.getPeerCertificate().valid_to);
      done(Number.isNaN(end) ? undefined : end);
    });
  });
}

/** What to say of a certificate that ends soon; undefined: nothing. Times are epoch ms. */
export function endsSoon(end: number | undefined, now: number): string | undefined {
  if (end === undefined || end - now > SOON_DAYS * DAY_MS) return undefined;
  const days = Math.max(0, Math.floor((end - now) / DAY_MS));
  return `ends in ${days} day${days === 1 ? '' : 's'}: have it renewed`;
}
