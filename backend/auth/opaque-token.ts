import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits in base64url, 43 characters: tokens, codes, states and login cookies. Meaningless by themselves. */
export function newOpaqueToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a token: SHA-256 is enough, as the token itself cannot be guessed. */
export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

/** Compares in a time that says nothing of where they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** RFC 7636 §4.6, method S256: whether this verifier belongs to that challenge. */
export function verifierFits(codeVerifier: string, codeChallenge: string): boolean {
  return sameBytes(Buffer.from(hashOf(codeVerifier).toString('base64url')), Buffer.from(codeChallenge));
}
