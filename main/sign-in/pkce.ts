import { createHash, randomBytes } from 'node:crypto';

/** What ties a one-time code to this app (RFC 7636, S256), and its answer to this attempt. */
export interface SignInProof {
  readonly state: string;
  readonly verifier: string;
  readonly challenge: string;
}

export function newSignInProof(): SignInProof {
  const verifier = randomBytes(32).toString('base64url');
  return {
    state: randomBytes(24).toString('base64url'),
    verifier,
    challenge: createHash('sha256').update(verifier).digest('base64url'),
  };
}
