import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../protocol/errors.ts';
import { readFrames } from '../../protocol/ssh/agent-frames.ts';
import { SshFormatError } from '../../protocol/ssh/reader.ts';
import type { Credential } from '../grants/certificates.ts';
import type { Log } from '../log.ts';
import { AgentConversation } from './conversation.ts';

/** How many programs may talk to one agent at once: an Ansible run forks dozens of ssh. */
const MOST_CONNECTIONS = 128;
/** A program that has not finished its next message by then is hung up on, ms. ssh lets go after logging in. */
const IDLE_MS = 120_000;

export interface AgentOptions {
  grantId: string;
  /** `login@target`, for the log. */
  title: string;
  /** The app's run folder (0700), in which the socket is made. Not used on Windows, where it is a named pipe. */
  folder: string;
  /** Asked at each listing and signature: claims the certificate at the first, and renews it. */
  credential: () => Promise<Credential>;
  /** Whether new sessions may be opened with the grant at this moment. */
  mayUse: () => boolean;
  log: Log;
  /** A login was signed: whoever asked holds this end of a session. */
  onSigned?: () => void;
  /** A program wants a login signed and does not say for which host: an ssh older than 8.9. Told once for each agent. */
  onTooOld?: () => void;
  idleMs?: number;
}

/** A running agent. */
export interface Agent {
  /** For `IdentityAgent`: a socket, 0600 in a 0700 folder, or a named pipe. */
  readonly path: string;
  /** Hangs up on everybody and takes the socket away. */
  close(): void;
}

/** One agent for one grant, at a socket with a random name. @throws AppError 'unavailable' when it cannot listen */
export async function serveAgent(options: AgentOptions): Promise<Agent> {
  const name = `agent-${randomBytes(8).toString('hex')}`;
  const windows = process.platform === 'win32';
  const path = windows ? `\\\\.\\pipe\\sallyport-${name}` : join(options.folder, name);
  const sockets = new Set<Socket>();
  let toldTooOld = false;
  const onTooOld = (): void => {
    if (!toldTooOld) options.onTooOld?.();
    toldTooOld = true;
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void converse(socket, { ...options, onTooOld });
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.on('drop', () =>
    options.log.warn(`agent for ${options.title}: too many programs at once, one was turned away`),
  );
  await listen(server, path);
  if (!windows) chmodSync(path, 0o600);
  return {
    path,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Answers one program's messages in order, until it hangs up, is idle, or breaks the rules. */
async function converse(socket: Socket, options: AgentOptions): Promise<void> {
  const conversation = new AgentConversation(options);
  const hangUp = (): void => void socket.destroy();
  let idle = setTimeout(hangUp, options.idleMs ?? IDLE_MS);
  socket.once('close', () => clearTimeout(idle));
  try {
    await pipeline(
      socket,
      async function* (source: AsyncIterable<Buffer>) {
        for await (const message of readFrames(source)) {
          yield await conversation.answer(message);
          if (conversation.over) return;
          clearTimeout(idle);
          idle = setTimeout(hangUp, options.idleMs ?? IDLE_MS);
        }
      },
      socket,
    );
  } catch (error) {
    // A program that hangs up in the middle is nothing to tell.
    if (error instanceof SshFormatError) conversation.refused(error.message);
    socket.destroy();
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new AppError('unavailable', 'The ssh agent of this access could not be started.', { cause }));
    });
    server.listen(path, () => {
      server.removeAllListeners('error');
      server.on('error', () => undefined);
      resolve();
    });
  });
}
