import { createSign, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { appendSignature, encodeToBeSigned } from '../../../protocol/ssh/certificate.ts';
import { ED25519, ED25519_CERTIFICATE } from '../../../protocol/ssh/names.ts';
import { ed25519Blob } from '../../../protocol/ssh/public-key.ts';
import { SshReader } from '../../../protocol/ssh/reader.ts';
import { ed25519SignatureBlob } from '../../../protocol/ssh/signature.ts';
import { SshWriter } from '../../../protocol/ssh/writer.ts';

/** A host, as far as an agent sees it: its key, and what it signs at the end of a key exchange. */
export interface Host {
  readonly blob: Buffer;
  sign(sessionId: Buffer): Buffer;
}

export function ed25519Host(): Host {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { blob: ed25519Blob(privateKey), sign: (id) => ed25519SignatureBlob(sign(null, id, privateKey)) };
}

/** The same host showing a certificate for its key. */
export function certifiedHost(host: Host): Host {
  const ca = generateKeyPairSync('ed25519');
  const toBeSigned = encodeToBeSigned(
    {
      kind: 'host',
      publicKey: host.blob,
      serial: 1n,
      keyId: 'host',
      principals: ['gateway'],
      validAfter: 0,
      validBefore: 4_000_000_000,
      criticalOptions: new Map(),
      extensions: new Map(),
      caKey: ed25519Blob(ca.publicKey),
    },
    randomBytes(32),
  );
  const signature = ed25519SignatureBlob(sign(null, toBeSigned, ca.privateKey));
  return { blob: appendSignature(toBeSigned, signature), sign: host.sign };
}

export function rsaHost(hash: 'sha1' | 'sha256' | 'sha512' = 'sha512'): Host {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' });
  const name = { sha1: 'ssh-rsa', sha256: 'rsa-sha2-256', sha512: 'rsa-sha2-512' }[hash];
  return {
    blob: new SshWriter().string('ssh-rsa').string(mpint(jwk.e!)).string(mpint(jwk.n!)).bytes(),
    sign: (id) => new SshWriter().string(name).string(createSign(hash).update(id).sign(privateKey)).bytes(),
  };
}

export function ecdsaHost(curve: 'nistp256' | 'nistp384' | 'nistp521' = 'nistp256'): Host {
  const [namedCurve, hash] = {
    nistp256: ['P-256', 'sha256'],
    nistp384: ['P-384', 'sha384'],
    nistp521: ['P-521', 'sha512'],
  }[curve] as [string, string];
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]);
  const type = `ecdsa-sha2-${curve}`;
  return {
    blob: new SshWriter().string(type).string(curve).string(point).bytes(),
    sign: (id) => {
      const raw = sign(hash, id, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      const half = raw.length / 2;
      const pair = [raw.subarray(0, half), raw.subarray(half)].map((part) => mpint(part.toString('base64url')));
      const inner = new SshWriter().string(pair[0]!).string(pair[1]!).bytes();
      return new SshWriter().string(type).string(inner).bytes();
    },
  };
}

/** RFC 4251: no needless zeros in front, but one where the first bit would read as a sign. */
function mpint(base64url: string): Buffer {
  let bytes = Buffer.from(base64url, 'base64url');
  while (bytes.length > 1 && bytes[0] === 0) bytes = bytes.subarray(1);
  return (bytes[0]! & 0x80) === 0 ? bytes : Buffer.concat([Buffer.from([0]), bytes]);
}

export interface LoginFields {
  sessionId: Buffer;
  message: number;
  user: string;
  service: string;
  method: string;
  signed: number;
  algorithm: string;
  key: Buffer;
  hostKey: Buffer | undefined;
  more: Buffer;
}

/** What ssh has its key sign when it logs in. */
export function loginData(fields: Partial<LoginFields> & Pick<LoginFields, 'sessionId' | 'key'>): Buffer {
  const writer = new SshWriter()
    .string(fields.sessionId)
    .byte(fields.message ?? 50)
    .string(fields.user ?? 'deploy@db-1')
    .string(fields.service ?? 'ssh-connection')
    .string(fields.method ?? (fields.hostKey ? 'publickey-hostbound-v00@openssh.com' : 'publickey'))
    .byte(fields.signed ?? 1)
    .string(fields.algorithm ?? ED25519_CERTIFICATE)
    .string(fields.key);
  if (fields.hostKey) writer.string(fields.hostKey);
  return writer.raw(fields.more ?? Buffer.alloc(0)).bytes();
}

export function bindMessage(
  host: Host,
  sessionId: Buffer,
  { forwarding = 0, signature = host.sign(sessionId) }: { forwarding?: number; signature?: Buffer } = {},
): Buffer {
  return new SshWriter()
    .byte(27)
    .string('session-bind@openssh.com')
    .string(host.blob)
    .string(sessionId)
    .string(signature)
    .byte(forwarding)
    .bytes();
}

export function signMessage(key: Buffer, data: Buffer, flags = 0): Buffer {
  return new SshWriter().byte(13).string(key).string(data).uint32(flags).bytes();
}

/** A program at the other end of an agent's socket. */
export class AgentClient {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #received = Buffer.alloc(0);
  readonly #waiting: (() => void)[] = [];
  #over = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    const wake = (): void => {
      for (const resolve of this.#waiting.splice(0)) resolve();
    };
    socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      wake();
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#over = true;
        wake();
        resolve();
      });
    });
  }

  static connect(path: string): Promise<AgentClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new AgentClient(socket)));
    });
  }

  send(message: Buffer): void {
    this.socket.write(new SshWriter().string(message).bytes());
  }

  /** Type and contents of the next answer; undefined when the agent hung up. */
  async answer(): Promise<Buffer | undefined> {
    for (;;) {
      if (this.#received.length >= 4 && this.#received.length >= 4 + this.#received.readUInt32BE(0)) {
        const message = new SshReader(this.#received).string();
        this.#received = this.#received.subarray(4 + message.length);
        return message;
      }
      if (this.#over) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  ask(message: Buffer): Promise<Buffer | undefined> {
    this.send(message);
    return this.answer();
  }

  /** Key blobs and comments, or undefined when it was refused. */
  async list(): Promise<{ blob: Buffer; comment: string }[] | undefined> {
    const answer = await this.ask(Buffer.from([11]));
    if (answer?.[0] !== 12) return undefined;
    const reader = new SshReader(answer, 1);
    const count = reader.uint32();
    const list = Array.from({ length: count }, () => ({ blob: reader.string(), comment: reader.text() }));
    reader.end();
    return list;
  }

  hangUp(): void {
    this.socket.destroy();
  }
}

/** The signature blob in a SIGN_RESPONSE. */
export function signatureIn(answer: Buffer | undefined): Buffer | undefined {
  if (answer?.[0] !== 14) return undefined;
  const reader = new SshReader(answer, 1);
  const signature = reader.string();
  reader.end();
  return signature;
}

export function keyPair(): { privateKey: KeyObject; blob: Buffer } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, blob: ed25519Blob(privateKey) };
}

export const PLAIN = ED25519;
