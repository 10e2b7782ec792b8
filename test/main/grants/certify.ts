import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { appendSignature, encodeToBeSigned } from '../../../protocol/ssh/certificate.ts';
import { ed25519Blob } from '../../../protocol/ssh/public-key.ts';
import { ed25519SignatureBlob } from '../../../protocol/ssh/signature.ts';

const ca = generateKeyPairSync('ed25519');
/** Public key blob of the tests' CA. */
export const CA_BLOB = ed25519Blob(ca.publicKey);

/** A user certificate for a public key blob. @param now epoch ms */
export function certify(publicKey: Buffer, now: number, lifeMs: number, principal = 'deploy@db-1'): Buffer {
  const toBeSigned = encodeToBeSigned(
    {
      kind: 'user',
      publicKey,
      serial: 1n,
      keyId: 'test',
      principals: [principal],
      validAfter: Math.floor(now / 1000) - 1,
      validBefore: Math.ceil((now + lifeMs) / 1000),
      criticalOptions: new Map(),
      extensions: new Map(),
      caKey: CA_BLOB,
    },
    randomBytes(32),
  );
  return appendSignature(toBeSigned, ed25519SignatureBlob(sign(null, toBeSigned, ca.privateKey)));
}
