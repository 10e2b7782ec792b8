import { parseCertificate } from './certificate.ts';
import { ED25519_CERTIFICATE, MESSAGE } from './names.ts';
import { formatKeyLine } from './public-key.ts';
import { ed25519SignatureBlob } from './signature.ts';
import { type Ssh2Protocol, sendMessage, ssh2ProtocolOf } from './ssh2-transport.ts';
import { SshWriter } from './writer.ts';

/** The parts of the ssh2 module that are needed: `import { BaseAgent, utils } from 'ssh2'`. */
export interface Ssh2Parts {
  readonly BaseAgent: abstract new () => object;
  readonly utils: { parseKey(data: string): unknown };
}

/** An ssh2 Client, as far as it matters here. */
export interface Ssh2Client {
  connect(config: never): unknown;
  emit(event: 'error', error: Error): boolean;
  end(): unknown;
  setNoDelay(on: boolean): unknown;
}

export interface CertificateIdentity {
  /** The certificate blob (the base64 part of its line, decoded). */
  readonly certificate: Buffer;
  /** Signs with the certified Ed25519 key: 64 raw bytes, as `crypto.sign(null, data, key)` gives. The key stays where it is. */
  sign(data: Buffer): Buffer | Promise<Buffer>;
}

/**
 * `client.connect(config)`, logging in with an OpenSSH certificate, which ssh2 cannot do by itself (mscdex/ssh2#1495):
 * it would put the certificate's type name into the signature, where `ssh-ed25519` must stand. Signs at once, without
 * asking first whether the key would do, which saves a round trip. Turns compression off and Nagle's delay off.
 *
 * Failures arrive as the client's 'error' event, as with `connect`. Throws if ssh2 has changed inside.
 */
export function connectWithCertificate<C extends Ssh2Client>(
  ssh2: Ssh2Parts,
  client: C,
  config: Omit<Parameters<C['connect']>[0], 'agent' | 'authHandler' | 'privateKey' | 'password'>,
  identity: CertificateIdentity,
): void {
  const { algorithms } = config as { algorithms?: object };
  const full = {
    ...config,
    algorithms: { ...algorithms, compress: ['none'] },
    agent: certificateAgent(ssh2, identity.certificate),
    authHandler: ['agent'],
  };
  client.connect(full as never);
  client.setNoDelay(true);
  const protocol = ssh2ProtocolOf(client);
  protocol.authPK = (user) => {
    logIn(protocol, user, identity).catch((cause: unknown) => {
      client.emit('error', new Error('the certificate’s key could not sign', { cause }));
      client.end();
    });
  };
}

/** An agent with one identity: the certificate. ssh2 asks it for keys; the signing is done by `logIn`. */
function certificateAgent(ssh2: Ssh2Parts, certificate: Buffer): object {
  const { publicKey } = parseCertificate(certificate);
  // Never parseKey() on the certificate itself: ssh2 takes its nonce for the key.
  const parsed = ssh2.utils.parseKey(formatKeyLine(publicKey));
  if (typeof parsed !== 'object' || parsed === null || parsed instanceof Error) {
    throw new Error('ssh2 cannot read the public key of the certificate', { cause: parsed });
  }
  const key: object = Object.create(parsed, {
    type: { value: ED25519_CERTIFICATE },
    getPublicSSH: { value: () => certificate },
  });
  return new (class extends ssh2.BaseAgent {
    getIdentities(done: (error: null, keys: object[]) => void): void {
      done(null, [key]);
    }
  })();
}

/**
 * RFC 4252 section 7, with the certificate in place of the key:
 *   byte      SSH_MSG_USERAUTH_REQUEST
 *   string    user name
 *   string    "ssh-connection"
 *   string    "publickey"
 *   boolean   TRUE
 *   string    "ssh-ed25519-cert-v01@openssh.com"
 *   string    certificate
 *   string    signature over (string session id, all of the above)
 */
async function logIn(protocol: Ssh2Protocol, user: string, identity: CertificateIdentity): Promise<void> {
  const sessionId = protocol._kex?.sessionID;
  if (!Buffer.isBuffer(sessionId)) throw new Error('ssh2 has changed inside: no session id');
  const request = new SshWriter()
    .byte(MESSAGE.userauthRequest)
    .string(user)
    .string('ssh-connection')
    .string('publickey')
    .boolean(true)
    .string(ED25519_CERTIFICATE)
    .string(identity.certificate)
    .bytes();
  const raw = await identity.sign(new SshWriter().string(sessionId).raw(request).bytes());
  protocol._authsQueue.push('publickey');
  sendMessage(protocol, new SshWriter().raw(request).string(ed25519SignatureBlob(raw)).bytes());
}
