import { generateKeyPairSync, sign } from 'node:crypto';
import { connect } from 'node:net';
import ssh2 from 'ssh2';
import { AppError } from '../../protocol/errors.ts';
import { ed25519Blob, fingerprint } from '../../protocol/ssh/public-key.ts';
import { connectWithCertificate } from '../../protocol/ssh/ssh2-certificate.ts';
import { ssh2ProtocolOf } from '../../protocol/ssh/ssh2-transport.ts';
import { type Unreachable, unreachable, WHY_UNREACHABLE } from '../unreachable.ts';
import { IDENT, TRANSPORT_ALGORITHMS } from './algorithms.ts';
import { pinnedHostKeys } from './host-keys.ts';
import { Leg } from './leg.ts';
import type { LiveGrant } from './ports.ts';
import { tapChannelMessages } from './ssh2-messages.ts';

const { BaseAgent, Client, utils } = ssh2;

/** How long a silent target is told from a dead one: pings every 15 s, four unanswered. */
const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 4 } as const;

export interface DialOptions {
  readonly grant: LiveGrant;
  /** From a plain Ed25519 blob to a certificate blob for it. */
  readonly issueCertificate: (publicKey: Buffer) => Promise<Buffer>;
  readonly timeoutMs: number;
  readonly rekeyBytes: number;
  /** Aborting gives up the attempt. */
  readonly signal: AbortSignal;
}

export interface TargetConnection {
  readonly leg: Leg;
  /** From now on channel messages go to this function. */
  start(take: (payload: Buffer) => void): void;
  /** Called once, when the connection is over, or soon if it is already. */
  onClose(listener: () => void): void;
  onError(listener: (error: Error) => void): void;
}

/**
 * Logs in to the target of a grant, with a key of this moment and a certificate for it, if and only if the target
 * shows a pinned host key.
 * @throws AppError 'target-unreachable', 'host-key-mismatch', 'connection-refused' (the target refused the login)
 */
export async function dialTarget(options: DialOptions): Promise<TargetConnection> {
  const { login, target } = options.grant;
  const pinned = pinnedHostKeys(target.hostKeys);
  if (pinned.algorithms.length === 0) {
    throw new AppError('host-key-mismatch', `No host key of ${target.name} is known; an admin must pin it first.`);
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  const certificate = await options.issueCertificate(ed25519Blob(privateKey));
  options.signal.throwIfAborted();

  const client = new Client();
  const socket = connect({ host: target.address, port: target.port, noDelay: true, keepAlive: true });
  const destroy = () => socket.destroy();
  options.signal.addEventListener('abort', destroy, { once: true });
  let closed = false;
  let offered: Buffer | undefined;

  return new Promise((resolve, reject) => {
    const fail = (error: Error & { level?: string }): void => {
      socket.destroy();
      reject(explain(error, options.grant, offered, pinned.fingerprints));
    };
    client.once('error', fail);
    client.once('close', () => {
      closed = true;
      options.signal.removeEventListener('abort', destroy);
      fail(new Error('closed'));
    });
    connectWithCertificate(
      { BaseAgent, utils },
      client,
      {
        sock: socket,
        username: login,
        ident: IDENT,
        readyTimeout: options.timeoutMs,
        algorithms: { ...TRANSPORT_ALGORITHMS, serverHostKey: [...pinned.algorithms] as never },
        hostVerifier: (blob: Buffer) => {
          const good = pinned.accepts(blob);
          if (!good) offered = blob;
          return good;
        },
        ...KEEPALIVE,
      },
      { certificate, sign: (data) => sign(null, data, privateKey) },
    );
    const tap = tapChannelMessages(ssh2ProtocolOf(client));
    client.once('ready', () => {
      // From here on the session ends it, in order; an abort would drop what is still to be sent.
      options.signal.removeEventListener('abort', destroy);
      client.off('error', fail);
      client.on('error', () => {});
      resolve({
        leg: new Leg(client, socket, options.rekeyBytes),
        start: (take) => tap.start(take),
        onClose: (listener) => {
          if (closed) queueMicrotask(listener);
          else client.once('close', listener);
        },
        onError: (listener) => client.on('error', listener),
      });
    });
  });
}

function explain(
  error: Error & { level?: string },
  grant: LiveGrant,
  offered: Buffer | undefined,
  pinned: readonly string[],
): AppError {
  const { name } = grant.target;
  const cause = error;
  if (offered !== undefined) {
    return new AppError(
      'host-key-mismatch',
      `The host key of ${name} is not the pinned one: it showed ${fingerprint(offered)} instead of ${pinned.join(', ')}. You were not connected; tell your admin.`,
      { cause },
    );
  }
  if (error.level === 'handshake' && /host key/.test(error.message)) {
    return new AppError('host-key-mismatch', `${name} shows no host key of a pinned kind. Tell your admin.`, { cause });
  }
  if (error.level === 'client-authentication') {
    return new AppError(
      'connection-refused',
      `${name} does not let the login ${grant.login} in: no such account, or its sshd does not trust the Sallyport CA.`,
      { cause },
    );
  }
  const why = error.level === 'client-timeout' ? 'it did not answer in time' : reasonOf(error);
  return new AppError('target-unreachable', `${name} cannot be reached: ${why}.`, { cause });
}

/** A target's address is the gateway's alone: nothing here names it. */
const WHY_NOT: Readonly<Record<Unreachable, string>> = {
  ...WHY_UNREACHABLE,
  refused: 'nothing listens at its address',
  'no-way': 'there is no way to its address',
};

function reasonOf({ code }: NodeJS.ErrnoException): string {
  const why = unreachable(code);
  return why === undefined ? 'it broke off the connection' : WHY_NOT[why];
}
