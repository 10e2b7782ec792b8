import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { connectWithCertificate } from '../../../protocol/ssh/ssh2-certificate.ts';
import { sendMessage, ssh2ProtocolOf } from '../../../protocol/ssh/ssh2-transport.ts';

describe('what is used of the inside of ssh2', () => {
  it('is refused at once, with what to do, when it has moved', () => {
    expect(() => ssh2ProtocolOf({})).toThrow(/Pin ssh2 to 1\.17\.0/);
    expect(() => ssh2ProtocolOf({ _protocol: { _onPayload() {} } })).toThrow(/Pin ssh2/);
  });

  it('refuses to send a message without a number', () => {
    expect(() => sendMessage({} as never, Buffer.alloc(0))).toThrow();
  });

  it('refuses to log in with something that is not a certificate', () => {
    const client = new ssh2.Client();
    expect(() =>
      connectWithCertificate(
        ssh2,
        client,
        { host: '127.0.0.1', port: 1, username: 'x' },
        { certificate: Buffer.from('no'), sign: () => Buffer.alloc(64) },
      ),
    ).toThrow();
  });
});
