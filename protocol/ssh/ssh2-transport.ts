import { SshFormatError } from './reader.ts';

/**
 * What we use of the inside of ssh2 1.17's Protocol object, which it does not export: whole SSH messages in and out.
 * Structural types and a check at start, because protocol imports nothing; `ssh2` itself is imported by its few users.
 */
export interface Ssh2Protocol {
  /** Called by the decipher with each incoming message. Replace it before the first key exchange. */
  _onPayload(payload: Buffer): unknown;
  _onPacket(): void;
  _onHandshakeComplete(...args: unknown[]): void;
  /** Our KEXINIT while a key exchange runs, else undefined. */
  _kexinit: unknown;
  _kex: { sessionID: Buffer; remoteExtInfoEnabled: boolean } | undefined;
  /** Messages held back while a key exchange runs. */
  _queue: Buffer[] | undefined;
  _cipher: { allocPacket(payloadLength: number): Buffer; encrypt(packet: Buffer): void };
  _authsQueue: string[];
  authPK(user: string, key: unknown, algorithm: unknown, sign?: unknown): void;
  parse(chunk: Buffer, start: number, length: number): void;
  rekey(): void;
}

/** Where the payload begins in the buffer that `allocPacket` returns: after the packet and padding lengths. */
const PAYLOAD_OFFSET = 5;

/** The Protocol object inside an ssh2 Client or server connection. Throws if ssh2 is not the one we know. */
export function ssh2ProtocolOf(connection: object): Ssh2Protocol {
  const protocol: unknown = (connection as { _protocol?: unknown })._protocol;
  if (!isKnownProtocol(protocol)) {
    throw new Error('ssh2 has changed inside: its message layer is not the one of 1.17. Pin ssh2 to 1.17.0.');
  }
  return protocol;
}

function isKnownProtocol(value: unknown): value is Ssh2Protocol {
  if (typeof value !== 'object' || value === null) return false;
  const inside = value as Record<string, unknown>;
  const cipher = inside._cipher as Record<string, unknown> | undefined;
  return (
    ['_onPayload', '_onPacket', '_onHandshakeComplete', 'authPK', 'parse', 'rekey'].every(
      (name) => typeof inside[name] === 'function',
    ) &&
    ['_kexinit', '_kex', '_queue'].every((name) => name in inside) &&
    Array.isArray(inside._authsQueue) &&
    typeof cipher?.allocPacket === 'function' &&
    typeof cipher.encrypt === 'function'
  );
}

/**
 * Sends one whole SSH message, or queues it as ssh2 does while a key exchange runs. The payload is copied.
 * Compression must be off (`algorithms.compress: ['none']`): a compressed stream has its own framing.
 */
export function sendMessage(protocol: Ssh2Protocol, payload: Buffer): void {
  if (payload.length === 0) throw new SshFormatError('an SSH message has at least a number');
  if (protocol._kexinit !== undefined) {
    protocol._queue ??= [];
    protocol._queue.push(Buffer.from(payload));
    return;
  }
  const packet = protocol._cipher.allocPacket(payload.length);
  packet.set(payload, PAYLOAD_OFFSET);
  protocol._cipher.encrypt(packet);
}
