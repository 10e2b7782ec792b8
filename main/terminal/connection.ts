import { connect, type Socket } from 'node:net';
import ssh2, { type Client } from 'ssh2';
import { AppError } from '../../protocol/errors.ts';
import { connectWithCertificate } from '../../protocol/ssh/ssh2-certificate.ts';
import type { Credential } from '../grants/certificates.ts';
import { pinHostKeys } from './host-keys.ts';

// A CommonJS module whose exports Node can't name.
const { BaseAgent, utils } = ssh2;

/** Longest wait for the gateway and the target to let us in, ms. */
const READY_MS = 20_000;
/** Another end that says nothing to this many questions, so far apart, is gone. */
const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 } as const;

/** An SSH connection that is logged in: to the gateway, or to the target itself. */
export interface TargetConnection {
  readonly client: Client;
  readonly whose: 'gateway' | 'target';
  /** What answers at the other end, in words: "gateway 10.0.0.1:22". */
  readonly where: string;
  /** Severs the connection now; nothing more is sent or received. */
  destroy(): void;
}

interface ConnectionOptions {
  credential: Credential;
  /** Severs the connection, also while it is still being opened. */
  signal: AbortSignal;
  /** The connection was lost or closed after it had been open. */
  onClosed: () => void;
}

/** Logs in with a grant's certificate. @throws AppError that says what stood in the way */
export async function openConnection({ credential, signal, onClosed }: ConnectionOptions): Promise<TargetConnection> {
  const { endpoint, username, certificate } = credential;
  const whose = endpoint.kind === 'direct' ? 'target' : 'gateway';
  const where = `${whose} ${endpoint.host}:${endpoint.port}`;
  const hostKeys = pinHostKeys(endpoint.hostKeys, whose);
  const socket = await reach(endpoint.host, endpoint.port, where, signal);
  const client = new ssh2.Client();
  let refusal = '';
  let wrongHostKey = false;
  const sever = (): void => {
    socket.destroy();
    client.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    const fail = (error: AppError): void => {
      reject(error);
      sever();
    };
    signal.addEventListener('abort', () => fail(cancelled()), { once: true });
    client.on('banner', (text) => {
      refusal = text.trim().replace(/^Sallyport: /, '');
    });
    client.on('error', (error) => {
      if (wrongHostKey) fail(hostKeyMismatch(where));
      else fail(loginFailure(error, where, endpoint.kind === 'direct' ? '' : refusal));
    });
    client.on('close', () => {
      if (wrongHostKey) fail(hostKeyMismatch(where));
      else fail(new AppError('connection-refused', refusal || `The ${where} closed the connection.`));
      onClosed();
    });
    client.on('ready', () => resolve());
    connectWithCertificate(
      { BaseAgent, utils },
      client,
      {
        sock: socket,
        username,
        readyTimeout: READY_MS,
        ...KEEPALIVE,
        algorithms: { serverHostKey: hostKeys.algorithms as never },
        hostVerifier: (key: Buffer) => {
          wrongHostKey = !hostKeys.matches(key);
          return !wrongHostKey;
        },
      },
      { certificate, sign: (data) => credential.sign(data) },
    );
  });
  return { client, whose, where, destroy: sever };
}

function reach(host: string, port: number, where: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled());
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('timed out')), READY_MS);
    const stop = (): void => {
      socket.destroy();
      reject(cancelled());
    };
    signal.addEventListener('abort', stop, { once: true });
    socket.once('connect', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(socket);
    });
    socket.once('error', (cause) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      reject(
        new AppError('connection-refused', `The ${where} cannot be reached. Check the network or VPN.`, { cause }),
      );
    });
  });
}

function cancelled(): AppError {
  return new AppError('grant-not-live', 'The terminal was closed before it was open.');
}

function hostKeyMismatch(where: string): AppError {
  return new AppError(
    'host-key-mismatch',
    `The ${where} showed a host key that your organisation does not know. Nothing was sent to it; tell IT.`,
  );
}

/** ssh2 says at which step it failed in `level`. @param refusal what a gateway said before it closed */
function loginFailure(error: Error & { level?: string }, where: string, refusal: string): AppError {
  const options = { cause: error };
  // Our own word on why the key did not sign.
  if (error.cause instanceof AppError) return error.cause;
  if (refusal !== '') return new AppError('connection-refused', refusal, options);
  if (error.level === 'client-authentication') {
    return new AppError('connection-refused', `The ${where} did not accept the certificate.`, options);
  }
  if (error.level === 'client-timeout') {
    return new AppError('timed-out', `The ${where} did not let us in within 20 seconds.`, options);
  }
  return new AppError('connection-refused', `The connection to the ${where} failed: ${error.message}.`, options);
}
