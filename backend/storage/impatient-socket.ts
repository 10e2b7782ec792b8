import { Socket } from 'node:net';

/**
 * A socket for `pg` that gives up on a database from which nothing comes: a host that vanishes sends no reset, and TCP
 * itself waits for about a quarter of an hour. Nothing may be asked by it that takes longer.
 * @param silentMs how long nothing may go either way, ms; an idle connection ends by that, too
 */
export function impatientSocket(silentMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silentMs, () => {
    const error = new Error(`The database has said nothing for ${Math.round(silentMs / 1_000)} s.`);
    socket.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  });
  return socket;
}
