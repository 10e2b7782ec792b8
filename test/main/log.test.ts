import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileLog, redact, redactedJson } from '../../main/log.ts';

describe('the log holds no secret', () => {
  it.each([
    ['authorization: Bearer abc.def-123', 'abc.def-123'],
    ['http://127.0.0.1:9/callback?code=s3cr3tcode&state=st4te', 's3cr3tcode'],
    ['http://127.0.0.1:9/callback?code=s3cr3tcode&state=st4te', 'st4te'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nAAAAkey\n-----END OPENSSH PRIVATE KEY-----', 'AAAAkey'],
    ['-----BEGIN PRIVATE KEY-----\nMC4CAQ cut off', 'MC4CAQ'],
    ['eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
  ])('%s', (text, secret) => {
    expect(redact(text)).not.toContain(secret);
  });

  it.each(['refreshToken', 'accessToken', 'codeVerifier', 'code', 'authorization', 'privateKey', 'password'])(
    'not the value of a field named %s, however deep',
    (name) => {
      expect(redactedJson({ a: [{ [name]: 's3cret' }] })).not.toContain('s3cret');
    },
  );

  it.each(['\r', '\u001b', '\u009b', '\u202e', '\u2028'])(
    'lets no %j through, which would steer a terminal',
    (sign) => {
      const folder = mkdtempSync(join(tmpdir(), 'sallyport-log-'));
      fileLog(folder, false, () => 0).info(`refused: a${sign}b`);
      const text = readFileSync(join(folder, 'sallyport.log'), 'utf8');
      rmSync(folder, { recursive: true });
      expect(text).toBe(`1970-01-01T00:00:00.000Z info refused: a\\u{${sign.codePointAt(0)!.toString(16)}}b\n`);
    },
  );

  it('still says what happened, in one line, with the causes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-log-'));
    const log = fileLog(folder, false, () => 0);
    log.warn('it failed', new Error('outer', { cause: new Error('inner\nBearer s3cret') }));
    const text = readFileSync(join(folder, 'sallyport.log'), 'utf8');
    rmSync(folder, { recursive: true });
    expect(text).toBe(
      '1970-01-01T00:00:00.000Z warn it failed (Error: outer; because: Error: inner\\nBearer [redacted])\n',
    );
  });
});
