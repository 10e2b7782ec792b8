import { connect, type Socket } from 'node:net';
import ssh2, { type ClientChannel } from 'ssh2';
import { AppError } from '../../protocol/errors.ts';
import { connectWithCertificate } from '../../protocol/ssh/ssh2-certificate.ts';
import type { Credential } from '../grants/certificates.ts';
import { pinHostKeys } from './host-keys.ts';

// A CommonJS module whose exports Node can't name.
const { BaseAgent, Client, utils } = ssh2;

/** Longest wait for the gateway and the target to let us in, ms. */
const READY_MS = 20_000;
/** A gateway that says nothing to this many questions, so far apart, is gone. */
const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 } as const;

export interface Size {
  cols: number;
  rows: number;
}

/** An open shell on a target, through the gateway. */
export interface Shell {
  readonly channel: ClientChannel;
  resize(size: Size): void;
  /** Severs the connection now; nothing more is sent or received. */
  destroy(): void;
}

interface ShellOptions {
  credential: Credential;
  size: Size;
  /** Severs the connection while it is still being opened. */
  signal: AbortSignal;
  /** The connection was lost or closed, after the shell was open. */
  onClosed: () => void;
}

/** Opens a shell with a pty of the given size. @throws AppError that says what stood in the way */
export async function openShell({ credential, size, signal, onClosed }: ShellOptions): Promise<Shell> {
  const { gateway, username, certificate } = credential;
  const hostKeys = pinHostKeys(gateway.hostKeys);
  const where = `${gateway.host}:${gateway.port}`;
  const socket = await reach(gateway.host, gateway.port, signal);
  const client = new Client();
  let refusal = '';
  let wrongHostKey = false;
  const sever = (): void => {
    socket.destroy();
    client.destroy();
  };
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
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
      else fail(loginFailure(error, where, refusal));
    });
    client.on('close', () => {
      if (wrongHostKey) fail(hostKeyMismatch(where));
      else fail(new AppError('connection-refused', refusal || `The gateway ${where} closed the connection.`));
      onClosed();
    });
    client.on('ready', () => {
      client.shell({ term: 'xterm-256color', ...size }, { env: { LANG: 'C.UTF-8' } }, (error, opened) => {
        if (error) fail(channelFailure(error, where));
        else resolve(opened);
      });
    });
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
  return {
    channel,
    resize: ({ cols, rows }) => channel.setWindow(rows, cols, 0, 0),
    destroy: sever,
  };
}

function reach(host: string, port: number, signal: AbortSignal): Promise<Socket> {
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
      reject(
        new AppError('connection-refused', `The gateway ${host}:${port} cannot be reached. Check the network or VPN.`, {
          cause,
        }),
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
    `The gateway ${where} showed a host key that your organisation does not know. Nothing was sent to it; tell IT.`,
  );
}

/** ssh2 says at which step it failed in `level`. */
function loginFailure(error: Error & { level?: string }, where: string, refusal: string): AppError {
  const options = { cause: error };
  // Our own word on why the key did not sign.
  if (error.cause instanceof AppError) return error.cause;
  if (refusal !== '') return new AppError('connection-refused', refusal, options);
  if (error.level === 'client-authentication') {
    return new AppError('connection-refused', `The gateway ${where} did not accept the certificate.`, options);
  }
  if (error.level === 'client-timeout') {
    return new AppError('timed-out', `The gateway ${where} did not let us in within 20 seconds.`, options);
  }
  return new AppError(
    'connection-refused',
    `The connection to the gateway ${where} failed: ${error.message}.`,
    options,
  );
}

/** The gateway's reason for not opening a channel is a sentence for people; ssh2 puts its own words before it. */
function channelFailure(error: Error, where: string): AppError {
  const said = /Channel open failure: (.+)/.exec(error.message)?.[1];
  return new AppError('target-unreachable', said ?? `The gateway ${where} did not open a shell: ${error.message}.`, {
    cause: error,
  });
}
