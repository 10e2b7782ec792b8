import type { Socket } from 'node:net';

/** Who closed a connection: the program on this computer, the other end, or the app. */
export type ClosedBy = 'client' | 'server' | 'app';

/** Two joined sockets. */
export interface Relay {
  /** Resolves when both are closed, with who began it. Never rejects. */
  readonly closed: Promise<ClosedBy>;
  /** Destroys both now, the server's side first, with what is still queued in them. */
  sever(): void;
}

/**
 * Carries bytes between two sockets until both have ended. Neither side is read while the other can't take more, and
 * the end of one direction leaves the other open. @param mayPass asked at each chunk, either way; a no severs both
 */
export function relay(client: Socket, server: Socket, mayPass: () => boolean): Relay {
  let closedBy: ClosedBy | undefined;
  const sever = (): void => {
    closedBy ??= 'app';
    discard(server);
    client.destroy();
  };
  const carry = (from: Socket, to: Socket, side: ClosedBy): void => {
    from.on('data', (chunk) => {
      if (!mayPass()) return sever();
      if (to.write(chunk)) return;
      from.pause();
      to.once('drain', () => from.resume());
    });
    from.on('end', () => {
      closedBy ??= side;
      to.end();
    });
    from.on('error', () => {
      closedBy ??= side;
    });
    from.on('close', () => {
      // What it had sent may still be on its way to the other, which then ends by itself.
      if (!to.writableEnded) to.destroy();
    });
  };
  carry(client, server, 'client');
  carry(server, client, 'server');
  const closed = Promise.all([whenClosed(client), whenClosed(server)]).then(() => closedBy ?? 'app');
  return { closed, sever };
}

/**
 * A reset also drops what the kernel has not sent yet, which an ordinary close would still deliver, and tells even an
 * other end to which our direction was closed before.
 */
function discard(socket: Socket): void {
  // libuv refuses to reset a socket whose shutdown is under way, and leaves it open.
  const shuttingDown = socket.writableEnded && !socket.writableFinished;
  if (socket.connecting || shuttingDown || socket.destroyed) socket.destroy();
  else socket.resetAndDestroy();
}

function whenClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}
