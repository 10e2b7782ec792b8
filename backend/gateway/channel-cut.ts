import type { Channel } from './channel.ts';
import { channelData, channelStderr, signal } from './messages.ts';
import type { Passage } from './passage.ts';

/** With more than this unsent, a last line would not arrive in time anyway. */
const ROOM_BYTES = 64 * 1024;

/**
 * Ends a channel by force, as far as that can be done before its connection goes: what runs on the target is killed, and
 * a last line is written where there is room for it without waiting.
 */
export function cutChannel({ client, target }: Passage, channel: Channel, lastLine: string): void {
  if (channel.state !== 'open' || channel.endedHere || channel.targetId === undefined) return;
  // A line of ours would be taken for data of whoever is at the other end.
  if (channel.kind === 'forward') return;
  // A command without a terminal would live on at the target: nothing tells it that its connection is gone.
  // (In a terminal the hang-up does, and lets a shell save its history and end its jobs.)
  if (!channel.hasPty) target.send(signal(channel.targetId, 'KILL'));

  const text = Buffer.from(channel.hasPty ? `\r\n${lastLine}\r\n` : `${lastLine}\n`);
  if (channel.closed.byClient || channel.closed.byTarget || text.length > channel.windowToClient) return;
  if (client.socket.writableLength > ROOM_BYTES) return;
  client.send(channel.hasPty ? channelData(channel.clientId, text) : channelStderr(channel.clientId, text));
}
