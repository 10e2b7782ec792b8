import { SshReader } from '../../protocol/ssh/reader.ts';
import type { Channel } from './channel.ts';
import { forwardingRefusal } from './channel-rules.ts';
import type { ChannelOffer, Channels } from './channels.ts';
import { destinationOf, ForwardLog, MAX_FORWARDS } from './forwards.ts';
import { channelOpen, channelOpenConfirmation, channelOpenFailure, OPEN_FAILURE } from './messages.ts';
import type { Passage } from './passage.ts';
import type { AccessAnswer, GatewayLimits } from './ports.ts';

/** Longest message passed in either direction: what OpenSSH uses, and just under what ssh2 can read. */
const MAX_PACKET = 32 * 1024;
/** Channels of one connection at the same time; sshd's own MaxSessions is usually 10. */
const MAX_CHANNELS = 64;
const TOO_MANY_FORWARDS = {
  code: 'too-many-channels',
  message: `More than ${MAX_FORWARDS} forwarded connections at a time are not allowed. Close some, or connect again.`,
};
const TOO_MANY_CHANNELS = {
  code: 'too-many-channels',
  message: `More than ${MAX_CHANNELS} channels on one connection are not allowed. Close some, or connect again.`,
};
/** The client itself has said so (no-more-sessions@openssh.com): whoever asks now is not who logged in. */
const NO_MORE_SESSIONS = {
  code: 'no-more-sessions',
  message: 'This connection said that it would open no more sessions. Connect again.',
};

export interface OpeningRules {
  /** The live grant, asked again; decides whether a channel may be opened and what it may do. */
  authorize(): Promise<AccessAnswer>;
  /** Whether the client said that it opens no more sessions (OpenSSH PROTOCOL, no-more-sessions). */
  noMoreSessions(): boolean;
  refused(code: string, message: string): void;
  /** Writes down where the session connects onward to; if this throws, it does not. */
  forwarding(to: string): Promise<void>;
}

/** Decides which channels of a session are opened: each is asked of the live grant before the target hears of it. */
export class Openings {
  readonly #rules: OpeningRules;
  readonly #passage: Passage;
  readonly #channels: Channels;
  readonly #forwards: ForwardLog;
  #limits: GatewayLimits;
  #stopped = false;
  /** Connections onward that the target made. */
  forwarded = 0;

  constructor(rules: OpeningRules, passage: Passage, channels: Channels, limits: GatewayLimits) {
    this.#rules = rules;
    this.#passage = passage;
    this.#channels = channels;
    this.#limits = limits;
    this.#forwards = new ForwardLog((to) => rules.forwarding(to));
  }

  /** What the grant allowed when it was last asked. */
  get limits(): GatewayLimits {
    return this.#limits;
  }

  /** What is still being asked opens nothing any more. */
  stop(): void {
    this.#stopped = true;
  }

  /*
    byte      SSH_MSG_CHANNEL_OPEN
    string    channel type
    uint32    sender channel
    uint32    initial window size
    uint32    maximum packet size
    ....      channel type specific data follows
  */
  fromClient(payload: Buffer): void {
    const reader = new SshReader(payload, 1);
    const type = reader.text();
    const [sender, window, maxPacket] = [reader.uint32(), reader.uint32(), reader.uint32()];
    const offer = { sender, window, maxPacket: Math.min(maxPacket, MAX_PACKET) };
    if (type === 'session') {
      reader.end();
      this.#openSession(offer);
    } else this.#openForward(type, offer, Buffer.from(reader.raw(reader.left)));
  }

  /** Only forwarding makes a target open channels, and none was allowed. */
  fromTarget(payload: Buffer): void {
    const reader = new SshReader(payload, 1);
    const { code, message } = forwardingRefusal(reader.text());
    this.#rules.refused(code, message);
    this.#passage.target.send(channelOpenFailure(reader.uint32(), OPEN_FAILURE.prohibited, message));
  }

  /*
    byte      SSH_MSG_CHANNEL_OPEN_CONFIRMATION
    uint32    recipient channel
    uint32    sender channel
    uint32    initial window size
    uint32    maximum packet size
  */
  confirmed(channel: Channel, payload: Buffer): void {
    const reader = new SshReader(payload, 5);
    channel.targetId = reader.uint32();
    channel.state = 'open';
    if (channel.kind === 'forward') this.forwarded++;
    const [window, maxPacket] = [reader.uint32(), Math.min(reader.uint32(), MAX_PACKET)];
    this.#passage.client.send(channelOpenConfirmation(channel.clientId, channel.id, window, maxPacket));
  }

  #openSession(offer: ChannelOffer): void {
    if (this.#rules.noMoreSessions()) {
      this.#refuse(offer.sender, OPEN_FAILURE.prohibited, NO_MORE_SESSIONS);
      return;
    }
    if (this.#channels.count('session') >= MAX_CHANNELS) {
      this.#refuse(offer.sender, OPEN_FAILURE.resourceShortage, TOO_MANY_CHANNELS);
      return;
    }
    const channel = this.#channels.add('session', offer);
    void this.#askAndOpen(channel, channelOpen('session', channel.id, offer.window, offer.maxPacket));
  }

  #openForward(type: string, offer: ChannelOffer, rest: Buffer): void {
    const to = this.#limits.forward === true ? destinationOf(type, rest) : undefined;
    if (to === undefined) {
      this.#refuse(offer.sender, OPEN_FAILURE.prohibited, forwardingRefusal(type));
      return;
    }
    if (this.#channels.count('forward') >= MAX_FORWARDS) {
      this.#refuse(offer.sender, OPEN_FAILURE.resourceShortage, TOO_MANY_FORWARDS);
      return;
    }
    const channel = this.#channels.add('forward', offer);
    void this.#askAndOpen(channel, channelOpen(type, channel.id, offer.window, offer.maxPacket, rest), to);
  }

  #refuse(sender: number, reason: number, { code, message }: { code: string; message: string }): void {
    this.#rules.refused(code, message);
    this.#passage.client.send(channelOpenFailure(sender, reason, message));
  }

  /** @param to where it leads to, if it is a connection onward */
  async #askAndOpen(channel: Channel, opening: Buffer, to?: string): Promise<void> {
    const answer = await this.#rules.authorize();
    if (this.#stopped) return;
    if (!answer.ok) {
      this.#giveUp(channel, answer.message);
      return;
    }
    this.#limits = answer.grant.limits;
    if (to !== undefined && !(await this.#mayForward(channel, to))) return;
    channel.state = 'opening';
    this.#passage.target.send(opening);
  }

  async #mayForward(channel: Channel, to: string): Promise<boolean> {
    const { code, message } = forwardingRefusal('direct-tcpip');
    const verdict = this.#limits.forward ? await this.#forwards.admit(to) : { ok: false as const, code, message };
    if (this.#stopped) return false;
    if (verdict.ok) return true;
    this.#rules.refused(verdict.code, verdict.message);
    this.#giveUp(channel, verdict.message);
    return false;
  }

  #giveUp(channel: Channel, sentence: string): void {
    this.#channels.forget(channel);
    this.#passage.client.send(channelOpenFailure(channel.clientId, OPEN_FAILURE.prohibited, sentence));
  }
}
