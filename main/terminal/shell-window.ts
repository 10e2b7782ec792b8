import type { Client, ClientChannel } from 'ssh2';

/**
 * How much of a shell's output may be on its way to us, bytes. With ssh2's own 2 MB, of which it asks for more while as
 * many wait in its buffer, what Ctrl-C leaves behind takes longer to draw than a person waits.
 */
export const SHELL_WINDOW_BYTES = 512 * 1024;

/** What we use of the inside of ssh2 1.17 (RFC 4254 sections 5.1 and 5.2). */
interface Inside {
  session(channel: number, window: number, packet: number): void;
  channelWindowAdjust(channel: number, bytes: number): void;
}

/** Runs `open`, which opens a session channel, with a window of this size instead of ssh2's own. */
export function withWindow(client: Client, bytes: number, open: () => void): void {
  const inside = insideOf(client);
  const { session } = inside;
  inside.session = (channel, _window, packet) => session.call(inside, channel, bytes, packet);
  try {
    open();
  } finally {
    inside.session = session;
  }
}

/**
 * Takes the window of an open channel over from ssh2. Returns the function to call with what was taken from the channel,
 * bytes: the other end may send as much again. One that sends on without leave, for which ssh2 would find room for ever,
 * loses the connection; as with OpenSSH, not for a little.
 */
export function windowOf(client: Client, channel: ClientChannel, size: number): (bytes: number) => void {
  const inside = insideOf(client);
  const { incoming, outgoing } = channel as unknown as {
    incoming: { window: number };
    outgoing: { id: number; state: string };
  };
  let left = incoming.window;
  // ssh2 never sees it shrink, so it never asks for more by itself.
  Object.defineProperty(incoming, 'window', {
    get: () => Number.MAX_SAFE_INTEGER,
    set: (less: number) => {
      left -= Number.MAX_SAFE_INTEGER - less;
      if (left < -size) client.destroy();
    },
  });
  let taken = 0;
  return (bytes) => {
    taken += bytes;
    if (taken < size / 4 || outgoing.state !== 'open') return;
    inside.channelWindowAdjust(outgoing.id, taken);
    left += taken;
    taken = 0;
  };
}

function insideOf(client: Client): Inside {
  const inside = (client as unknown as { _protocol?: Partial<Inside> })._protocol;
  if (typeof inside?.session !== 'function' || typeof inside.channelWindowAdjust !== 'function') {
    throw new Error('ssh2 has changed inside: its channels are not those of 1.17. Pin ssh2 to 1.17.0.');
  }
  return inside as Inside;
}
