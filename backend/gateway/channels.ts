import { MESSAGE } from '../../protocol/ssh/names.ts';
import { SshFormatError } from '../../protocol/ssh/reader.ts';
import { type Channel, newChannel } from './channel.ts';

/** What a channel is opened with, in the words of whoever opens it. */
export interface ChannelOffer {
  readonly sender: number;
  /** Bytes. */
  readonly window: number;
  readonly maxPacket: number;
}

/** The channels of one session, by the numbers that we gave them. */
export class Channels {
  readonly #all = new Map<number, Channel>();
  #nextId = 0;

  add(kind: Channel['kind'], { sender, window, maxPacket }: ChannelOffer): Channel {
    const channel = newChannel(kind, this.#newId(), sender, window, maxPacket);
    this.#all.set(channel.id, channel);
    return channel;
  }

  /** The channel that a message is for. Throws SshFormatError: no such channel, or not its turn. */
  of(payload: Buffer): Channel {
    if (payload.length < 5) throw new SshFormatError('a channel message without a channel');
    const channel = this.#all.get(payload.readUInt32BE(1));
    if (channel === undefined) throw new SshFormatError('a message for a channel that is not open');
    const opening = payload[0] === MESSAGE.channelOpenConfirmation || payload[0] === MESSAGE.channelOpenFailure;
    if (opening !== (channel.state === 'opening')) throw new SshFormatError('a channel message out of turn');
    return channel;
  }

  count(kind: Channel['kind']): number {
    let count = 0;
    for (const channel of this.#all.values()) if (channel.kind === kind) count++;
    return count;
  }

  forget(channel: Channel): void {
    this.#all.delete(channel.id);
  }

  /** A number is free again only when both sides have said CLOSE. */
  forgetIfClosed(channel: Channel): void {
    if (channel.closed.byClient && channel.closed.byTarget) this.forget(channel);
  }

  clear(): void {
    this.#all.clear();
  }

  [Symbol.iterator](): IterableIterator<Channel> {
    return this.#all.values();
  }

  #newId(): number {
    while (this.#all.has(this.#nextId)) this.#nextId = (this.#nextId + 1) >>> 0;
    return this.#nextId++;
  }
}
