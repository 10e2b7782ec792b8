import { MESSAGE } from '../../protocol/ssh/names.ts';
import { SshFormatError } from '../../protocol/ssh/reader.ts';
import type { Channel } from './channel.ts';
import { cutChannel } from './channel-cut.ts';
import { ChannelRequests } from './channel-requests.ts';
import { Channels } from './channels.ts';
import { type OpeningRules, Openings } from './openings.ts';
import { keepPace, Passage, type RelayLeg } from './passage.ts';
import type { GatewayLimits } from './ports.ts';

export interface RelayOptions extends OpeningRules {
  readonly client: RelayLeg;
  readonly target: RelayLeg;
}

/**
 * Passes SSH channel messages between client and target, whole and in order. Only the channel numbers are rewritten;
 * windows are granted end to end, so the gateway buffers nothing of its own and cannot lose a tail, and what it does
 * not know of a message (8-bit commands, terminal modes, new requests) arrives as it was sent. It reads just what it
 * must decide: which channels are opened, and what is asked of them.
 */
export class Relay {
  readonly #passage: Passage;
  readonly #channels = new Channels();
  readonly #openings: Openings;
  readonly #requests: ChannelRequests;
  #stopped = false;
  /** Channel data so far, from the client and to it. */
  bytesIn = 0;
  bytesOut = 0;

  constructor(options: RelayOptions, limits: GatewayLimits) {
    this.#passage = new Passage(options.client, options.target);
    this.#openings = new Openings(options, this.#passage, this.#channels, limits);
    this.#requests = new ChannelRequests(
      this.#passage,
      () => this.#openings.limits,
      (code, message) => options.refused(code, message),
    );
  }

  /** Connections onward that the target made. */
  get forwarded(): number {
    return this.#openings.forwarded;
  }

  /** A channel message of the client. Throws SshFormatError; the connection has to end then. */
  fromClient(payload: Buffer): void {
    if (this.#stopped) return;
    if (payload[0] === MESSAGE.channelOpen) this.#openings.fromClient(payload);
    else this.#passFromClient(this.#channels.of(payload), payload);
    keepPace(this.#passage.client);
  }

  #passFromClient(channel: Channel, payload: Buffer): void {
    const type = payload[0];
    if (type === MESSAGE.channelClose) {
      channel.closed.byClient = true;
      if (!channel.endedHere) this.#passage.toTarget(channel, payload);
      this.#channels.forgetIfClosed(channel);
      return;
    }
    if (channel.endedHere) return;
    switch (type) {
      case MESSAGE.channelRequest:
        this.#requests.fromClient(channel, payload);
        return;
      case MESSAGE.channelWindowAdjust:
        channel.windowToClient += payload.readUInt32BE(5);
        break;
      case MESSAGE.channelData:
        this.bytesIn += payload.length - 9;
        break;
      case MESSAGE.channelExtendedData:
        this.bytesIn += payload.length - 13;
        break;
      case MESSAGE.channelEof:
      case MESSAGE.channelSuccess:
      case MESSAGE.channelFailure:
        break;
      default:
        throw new SshFormatError(`the client sent message ${type}, which answers nothing`);
    }
    this.#passage.toTarget(channel, payload);
  }

  /** A channel message of the target. Throws SshFormatError; the connection has to end then. */
  fromTarget(payload: Buffer): void {
    if (this.#stopped) return;
    if (payload[0] === MESSAGE.channelOpen) this.#openings.fromTarget(payload);
    else this.#passFromTarget(this.#channels.of(payload), payload);
    keepPace(this.#passage.target);
  }

  #passFromTarget(channel: Channel, payload: Buffer): void {
    const type = payload[0];
    switch (type) {
      case MESSAGE.channelOpenConfirmation:
        this.#openings.confirmed(channel, payload);
        return;
      case MESSAGE.channelOpenFailure:
        this.#channels.forget(channel);
        this.#passage.toClient(channel, payload);
        return;
      case MESSAGE.channelClose:
        channel.closed.byTarget = true;
        if (!channel.endedHere) this.#passage.toClient(channel, payload);
        this.#channels.forgetIfClosed(channel);
        return;
      case MESSAGE.channelSuccess:
      case MESSAGE.channelFailure:
        this.#requests.answered(channel, payload);
        return;
      case MESSAGE.channelData:
        channel.windowToClient -= payload.length - 9;
        this.bytesOut += payload.length - 9;
        break;
      case MESSAGE.channelExtendedData:
        channel.windowToClient -= payload.length - 13;
        this.bytesOut += payload.length - 13;
        break;
      case MESSAGE.channelEof:
      case MESSAGE.channelWindowAdjust:
      case MESSAGE.channelRequest:
        break;
      default:
        throw new SshFormatError(`the target sent message ${type}, which answers nothing`);
    }
    if (!channel.endedHere) this.#passage.toClient(channel, payload);
  }

  /** No message passes any more. */
  stop(): void {
    this.#stopped = true;
    this.#openings.stop();
    this.#channels.clear();
  }

  /**
   * Ends everything by force: what runs on the target is killed, a last line is written to each session where there
   * is room for it without waiting, and no message passes any more.
   */
  cut(lastLine: string): void {
    if (this.#stopped) return;
    for (const channel of this.#channels) cutChannel(this.#passage, channel, lastLine);
    this.stop();
  }
}
