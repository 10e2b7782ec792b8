import { expect, test } from 'vitest';
import { unreachable, WHY_UNREACHABLE } from '../../backend/unreachable.ts';

test.each<[string | undefined, string | undefined]>([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'its name is not known'],
  ['EAI_AGAIN', 'its name is not known'],
  ['ETIMEDOUT', 'there is no way to it'],
  ['EHOSTUNREACH', 'there is no way to it'],
  ['ENETUNREACH', 'there is no way to it'],
  ['UND_ERR_CONNECT_TIMEOUT', 'there is no way to it'],
  ['ECONNRESET', undefined],
  ['CERT_HAS_EXPIRED', undefined],
  ['toString', undefined],
  ['', undefined],
  [undefined, undefined],
])('%s', (code, sentence) => {
  const why = unreachable(code);
  expect(why && WHY_UNREACHABLE[why]).toBe(sentence);
});
