import { expect, it } from 'vitest';
import { type Trouble, troubleInWords, troubleOf } from '../../../main/connection/network-trouble.ts';

it.each<[unknown, Trouble]>([
  [new Error('net::ERR_NAME_NOT_RESOLVED'), 'no-such-name'],
  [new Error('net::ERR_CONNECTION_REFUSED'), 'nothing-listens'],
  [new Error('net::ERR_CERT_AUTHORITY_INVALID'), 'untrusted'],
  [new Error('net::ERR_CERT_DATE_INVALID'), 'untrusted'],
  [new Error('net::ERR_SSL_PROTOCOL_ERROR'), 'not-https'],
  [new Error("Attempted to redirect, but redirect policy was 'error'"), 'leads-elsewhere'],
  [new Error('net::ERR_INTERNET_DISCONNECTED'), 'unreachable'],
  [new Error('ERR_CERT_ of nobody'), 'unreachable'],
  ['net::ERR_CERT_INVALID', 'unreachable'],
  [undefined, 'unreachable'],
])('%s is “%s”, in a sentence that names the host and what to do', (error, trouble) => {
  expect(troubleOf(error)).toBe(trouble);
  expect(troubleInWords(trouble, 'sallyport.example.com:8443')).toMatch(
    /sallyport\.example\.com:8443[ .].*(Check|tell your IT|sign in)/,
  );
});
