/** A reply the client waits for: the target's own, or one of ours that must keep its place in the line. */
export type PendingReply = 'of-target' | (() => void);

/**
 * One channel through the gateway, with the number it has at either end and the one number we gave both.
 *
 *   asking ──► opening ──► open ──► gone
 *      └───────────┴──────────────► gone
 */
export interface Channel {
  /** Our number, on both legs. */
  readonly id: number;
  /** A session, or a connection onward from the target: nothing of ours may be written into its bytes. */
  readonly kind: 'session' | 'forward';
  /** The client's number for it. */
  readonly clientId: number;
  /** What the client offered at opening. */
  readonly maxPacket: number;
  /** The target's number, once it has confirmed. */
  targetId: number | undefined;
  state: 'asking' | 'opening' | 'open';
  /** Bytes that may still go to the client; only kept to know whether a last line fits. */
  windowToClient: number;
  /** In order: SSH replies carry no number of what they answer. */
  readonly replies: PendingReply[];
  hasPty: boolean;
  /** We ended it ourselves: nothing more passes, only the two CLOSE messages are awaited. */
  endedHere: boolean;
  readonly closed: { byClient: boolean; byTarget: boolean };
}

export function newChannel(
  kind: Channel['kind'],
  id: number,
  clientId: number,
  window: number,
  maxPacket: number,
): Channel {
  return {
    ...{ id, kind, clientId, maxPacket, targetId: undefined, state: 'asking', windowToClient: window },
    ...{ replies: [], hasPty: false, endedHere: false, closed: { byClient: false, byTarget: false } },
  };
}

/** Sends what is ours at the head of the line, up to the next reply that the target owes. */
export function flushReplies(channel: Channel): void {
  while (channel.replies.length > 0 && channel.replies[0] !== 'of-target') {
    const reply = channel.replies.shift();
    if (typeof reply === 'function') reply();
  }
}
