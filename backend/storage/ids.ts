import { randomBytes } from 'node:crypto';

/** Crockford's base32 in lower case: no i, l, o, u to misread. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** The kinds of id, by prefix; those that cross the wire match the patterns in protocol/model/identity. */
export type IdPrefix = 'per' | 'req' | 'dec' | 'gra' | 'bat' | 'ses' | 'sig' | 'call' | 'nod';

/** `req_` + 10 digits of milliseconds + 16 random ones (80 bits): sorts by time of making, cannot be guessed. */
export function newId(prefix: IdPrefix, now: number): string {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = `${ALPHABET[rest % 32]}${time}`;
  const random = Array.from(randomBytes(16), (byte) => ALPHABET[byte % 32]).join('');
  return `${prefix}_${time}${random}`;
}
