import type { Socket } from 'node:net';

/** How long a peer that has been sent everything may take to hang up. */
const HANG_UP_MS = 10_000;

/** Ends a socket once everything written has left, or hard after a while. Goes on reading, so that it ends in order. */
export function endSoon(socket: Socket, patienceMs: number): void {
  const timer = setTimeout(() => socket.destroy(), patienceMs).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.end();
  socket.resume();
}

/** The same, with patience counted from the moment when everything has been handed to the network. */
export function endWhenFlushed(socket: Socket): void {
  socket.end(() => endSoon(socket, HANG_UP_MS));
}
