import { MESSAGE } from '../../protocol/ssh/names.ts';
import type { Ssh2Protocol } from '../../protocol/ssh/ssh2-transport.ts';

/**
 * Takes the channel messages of one ssh2 connection out of ssh2's hands, whole and undecoded. ssh2 keeps the transport
 * and the login; its Channel streams, and with them its defects (hang with two full windows, lost tails, lost pty
 * modes, lossy decoding of commands), are never used.
 *
 * Until `start` is called channel messages go to ssh2 as before. Call `tapChannelMessages` before the first key
 * exchange: later, the decipher holds on to the function that is replaced here.
 */
export function tapChannelMessages(protocol: Ssh2Protocol): {
  start(take: (payload: Buffer) => void): void;
  stop(): void;
} {
  if (protocol._kex !== undefined) throw new Error('tapChannelMessages was called after the key exchange');
  let take: ((payload: Buffer) => void) | undefined;
  let stopped = false;
  const untapped = protocol._onPayload;
  protocol._onPayload = (payload) => {
    const type = payload[0];
    const isChannel = type !== undefined && type >= MESSAGE.channelOpen && type <= MESSAGE.channelFailure;
    if (!isChannel || (take === undefined && !stopped)) return untapped(payload);
    protocol._onPacket();
    if (!stopped) take?.(payload);
    return undefined;
  };
  return {
    start(handler) {
      take = handler;
    },
    stop() {
      stopped = true;
    },
  };
}
