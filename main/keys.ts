import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { AppError } from '../protocol/errors.ts';
import { ed25519Blob } from '../protocol/ssh/public-key.ts';
import type { Deadline } from '../protocol/time.ts';

interface HeldKey {
  readonly privateKey: KeyObject;
  readonly publicBlob: Buffer;
  readonly deadline: Deadline;
}

/**
 * The only home of private keys: one Ed25519 key for each live grant that is used here, in memory, never given out.
 * A key signs only until the grant's deadline, which is checked at each signature.
 */
export class Keys {
  readonly #held = new Map<string, HeldKey>();

  /**
   * Makes the key of a grant, or finds it. A grant that got more time, or less, keeps its key: it signs until the
   * deadline given last. @returns its public key blob
   */
  make(grantId: string, deadline: Deadline): Buffer {
    if (deadline.hasPassed()) throw notLive();
    const held = this.#held.get(grantId);
    if (held && !held.deadline.hasPassed()) {
      this.#held.set(grantId, { ...held, deadline });
      return held.publicBlob;
    }
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const publicBlob = ed25519Blob(publicKey);
    this.#held.set(grantId, { privateKey, publicBlob, deadline });
    return publicBlob;
  }

  has(grantId: string): boolean {
    return this.#held.has(grantId);
  }

  /** 64 raw bytes. @throws AppError 'grant-not-live' when the grant is over, or has no key here */
  sign(grantId: string, data: Buffer): Buffer {
    const held = this.#held.get(grantId);
    if (!held) throw notLive();
    if (held.deadline.hasPassed()) {
      this.destroy(grantId);
      throw notLive();
    }
    return sign(null, data, held.privateKey);
  }

  /** The last word on a key: nothing signs with it any more. */
  destroy(grantId: string): void {
    this.#held.delete(grantId);
  }

  destroyAll(): void {
    this.#held.clear();
  }
}

function notLive(): AppError {
  return new AppError('grant-not-live', 'This access is over. Ask for it again.');
}
