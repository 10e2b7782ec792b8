import { fingerprint, keyType, parseKeyLine } from '../../protocol/ssh/public-key.ts';
import { SshFormatError } from '../../protocol/ssh/reader.ts';

/** Signature algorithms that a pinned key of each type can answer with. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

export interface PinnedHostKeys {
  /** What to offer in the key exchange, so that a target with several keys answers with a pinned one. Empty: none usable. */
  readonly algorithms: readonly string[];
  readonly fingerprints: readonly string[];
  accepts(blob: Buffer): boolean;
}

/** @param lines public key lines; one that cannot be read, or of a type we do not take, pins nothing */
export function pinnedHostKeys(lines: readonly string[]): PinnedHostKeys {
  const blobs = lines.flatMap((line) => {
    try {
      return [parseKeyLine(line).blob];
    } catch (error) {
      if (error instanceof SshFormatError) return [];
      throw error;
    }
  });
  return {
    algorithms: [...new Set(blobs.flatMap((blob) => ALGORITHMS[keyType(blob)] ?? []))],
    fingerprints: blobs.map(fingerprint),
    accepts: (blob) => blobs.some((pinned) => pinned.equals(blob)),
  };
}
