import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../../protocol/errors.ts';
import { type KeyLine, parseKeyLine } from '../../protocol/ssh/public-key.ts';

/** What a key type may sign with. An RSA key's SHA-1 signature is not among them. */
const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** The host keys that may answer, and no others: there is no trust on first use. */
export interface PinnedHostKeys {
  /** For the key exchange, so that a host with several keys offers one that is pinned. */
  readonly algorithms: string[];
  matches(key: Buffer): boolean;
}

/** @param lines public key lines. @param whose "gateway" or "target". @throws AppError when one of them is no key */
export function pinHostKeys(lines: readonly string[], whose: string): PinnedHostKeys {
  let keys: KeyLine[];
  try {
    keys = lines.map(parseKeyLine);
  } catch (cause) {
    throw new AppError('unavailable', `The backend named a host key of the ${whose} that cannot be read.`, { cause });
  }
  return {
    algorithms: [...new Set(keys.flatMap(({ type }) => SIGNATURES[type] ?? [type]))],
    matches: (key) => keys.some(({ blob }) => blob.length === key.length && timingSafeEqual(blob, key)),
  };
}
