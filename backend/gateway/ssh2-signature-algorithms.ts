import { ED25519, ED25519_CERTIFICATE, MESSAGE } from '../../protocol/ssh/names.ts';
import { type Ssh2Protocol, sendMessage } from '../../protocol/ssh/ssh2-transport.ts';
import { SshWriter } from '../../protocol/ssh/writer.ts';

/**
 * ssh2's Server announces `server-sig-algs` with a comma missing ("ecdsa-sha2-nistp521rsa-sha2-512"), and without the
 * certificate type. This sends our own list in its place (RFC 8308): right after the first key exchange, before
 * anything else. Call it before that key exchange.
 */
export function announceSignatureAlgorithms(protocol: Ssh2Protocol): void {
  if (protocol._kex !== undefined) throw new Error('announceSignatureAlgorithms was called after the key exchange');
  const complete = protocol._onHandshakeComplete;
  protocol._onHandshakeComplete = (...args) => {
    const kex = protocol._kex;
    if (typeof kex?.remoteExtInfoEnabled !== 'boolean') throw new Error('ssh2 has changed inside: no ext-info flag');
    const wanted = kex.remoteExtInfoEnabled;
    kex.remoteExtInfoEnabled = false;
    protocol._onHandshakeComplete = complete;
    complete.apply(protocol, args);
    if (wanted) sendMessage(protocol, EXT_INFO);
  };
}

const EXT_INFO = new SshWriter()
  .byte(MESSAGE.extInfo)
  .uint32(1)
  .string('server-sig-algs')
  .string([ED25519, ED25519_CERTIFICATE].join(','))
  .bytes();
