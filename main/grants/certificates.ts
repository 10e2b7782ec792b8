import type { CertificateReply, Endpoint } from '../../protocol/api/routes.ts';
import { AppError } from '../../protocol/errors.ts';
import { parseCertificate } from '../../protocol/ssh/certificate.ts';
import { formatKeyLine, parseKeyLine } from '../../protocol/ssh/public-key.ts';
import { type Clock, type Deadline, deadline, type Scheduler } from '../../protocol/time.ts';
import type { Keys } from '../keys.ts';
import type { Log } from '../log.ts';

/** A certificate with less than this left is not used for a new session; it is renewed at this point, ms. */
const RENEW_BEFORE_MS = 60_000;

/** What opens the gateway (or the target itself) for one grant: a certificate, and who may use its key. */
export interface Credential {
  readonly grantId: string;
  /** The certificate blob. */
  readonly certificate: Buffer;
  readonly endpoint: Endpoint;
  readonly username: string;
  /** Signs with the grant's key. @throws AppError 'grant-not-live' */
  sign(data: Buffer): Buffer;
}

interface CertificatesOptions {
  keys: Keys;
  clock: Clock;
  scheduler: Scheduler;
  /** Has the backend sign a public key line for a grant. */
  claim: (grantId: string, publicKey: string) => Promise<CertificateReply>;
  log: Log;
}

interface Held {
  readonly credential: Credential;
  readonly validity: Deadline;
  readonly cancelRenewal: () => void;
}

/** Certificates of the grants that are used here: claimed at the first use, renewed while the grant lives. */
export class Certificates {
  readonly #options: CertificatesOptions;
  readonly #held = new Map<string, Held>();
  readonly #claiming = new Map<string, Promise<Credential>>();

  constructor(options: CertificatesOptions) {
    this.#options = options;
  }

  /** A credential that is good for a new session now. @param grantEnds the grant's own deadline. @throws AppError */
  async get(grantId: string, grantEnds: Deadline): Promise<Credential> {
    const held = this.#held.get(grantId);
    // In the last minute of a grant its certificate ends with it, and no newer one would last longer.
    if (held && held.validity.left() > Math.min(RENEW_BEFORE_MS, grantEnds.left() / 2)) return held.credential;
    return this.#claimOnce(grantId, grantEnds);
  }

  #claimOnce(grantId: string, grantEnds: Deadline): Promise<Credential> {
    let claiming = this.#claiming.get(grantId);
    if (!claiming) {
      claiming = this.#claim(grantId, grantEnds).finally(() => this.#claiming.delete(grantId));
      this.#claiming.set(grantId, claiming);
    }
    return claiming;
  }

  async #claim(grantId: string, grantEnds: Deadline): Promise<Credential> {
    const { keys, clock, scheduler, claim, log } = this.#options;
    const publicKey = keys.make(grantId, grantEnds);
    const reply = await claim(grantId, formatKeyLine(publicKey));
    // The grant may have ended, and its key with it, while the backend was asked.
    if (grantEnds.hasPassed() || !keys.has(grantId)) throw new AppError('grant-not-live', 'This access is over.');
    const credential: Credential = {
      grantId,
      certificate: certificateFor(publicKey, reply.certificate),
      endpoint: reply.endpoint,
      username: reply.username,
      sign: (data) => keys.sign(grantId, data),
    };
    const validity = deadline(clock, reply.validBefore, reply.now);
    this.#held.get(grantId)?.cancelRenewal();
    const renewIn = validity.left() - RENEW_BEFORE_MS;
    const renew = (): void => {
      this.#claimOnce(grantId, grantEnds).catch((error: unknown) => {
        // Open sessions go on; a new one asks again.
        log.warn('a certificate could not be renewed', error);
      });
    };
    const outlivesGrant = validity.left() >= grantEnds.left();
    const cancelRenewal = outlivesGrant || renewIn <= 0 ? () => undefined : scheduler.at(clock.now() + renewIn, renew);
    this.#held.set(grantId, { credential, validity, cancelRenewal });
    return credential;
  }

  forget(grantId: string): void {
    this.#held.get(grantId)?.cancelRenewal();
    this.#held.delete(grantId);
  }

  dispose(): void {
    for (const grantId of [...this.#held.keys()]) this.forget(grantId);
  }
}

/** The certificate out of its line, if it is for our key: any other would let somebody else's key in. */
function certificateFor(publicKey: Buffer, line: string): Buffer {
  try {
    const { blob } = parseKeyLine(line);
    const certificate = parseCertificate(blob);
    if (certificate.kind === 'user' && certificate.publicKey.equals(publicKey)) return blob;
  } catch (cause) {
    throw new AppError('unavailable', 'The backend sent a certificate that cannot be read.', { cause });
  }
  throw new AppError('unavailable', 'The backend sent a certificate for another key; it is not used.');
}
