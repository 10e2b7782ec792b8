import type { Socket } from 'node:net';
import { MESSAGE } from '../../protocol/ssh/names.ts';
import { SshFormatError, SshReader } from '../../protocol/ssh/reader.ts';
import { type Channel, flushReplies, newChannel } from './channel.ts';
import { decideForwardRequest, decideRequest, forwardingRefusal } from './channel-rules.ts';
import { destinationOf, ForwardLog, MAX_FORWARDS } from './forwards.ts';
import type { Leg } from './leg.ts';
import {
  channelData,
  channelMessage,
  channelOpen,
  channelOpenConfirmation,
  channelOpenFailure,
  channelStderr,
  exitStatus,
  OPEN_FAILURE,
  signal,
} from './messages.ts';
import type { AccessAnswer, GatewayLimits } from './ports.ts';

/** Longest message passed in either direction: what OpenSSH uses, and just under what ssh2 can read. */
const MAX_PACKET = 32 * 1024;
/** Channels of one connection at the same time; sshd's own MaxSessions is usually 10. */
const MAX_CHANNELS = 64;
/** Answers owed on one channel; a client asks a handful of things before it waits. */
const MAX_REPLIES = 1_000;
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
/** What a client sees as the exit status of something refused: "cannot execute", as in a shell. */
const REFUSED_STATUS = 126;

/** With more than this unsent, a last line would not arrive in time anyway. */
const ROOM_BYTES = 64 * 1024;

/** What the relay needs of a leg. */
export interface RelayLeg extends Pick<Leg, 'send' | 'flows' | 'holdBack'> {
  readonly socket: Pick<Socket, 'writableLength' | 'isPaused' | 'pause' | 'resume'>;
}

export interface RelayOptions {
  readonly client: RelayLeg;
  readonly target: RelayLeg;
  /** The live grant, asked again; decides whether a channel may be opened and what it may do. */
  authorize(): Promise<AccessAnswer>;
  /** Whether the client said that it opens no more sessions (OpenSSH PROTOCOL, no-more-sessions). */
  noMoreSessions(): boolean;
  refused(code: string, message: string): void;
  /** Writes down where the session connects onward to; if this throws, it does not. */
  forwarding(to: string): Promise<void>;
}

/**
 * Passes SSH channel messages between client and target, whole and in order. Only the channel numbers are rewritten;
 * windows are granted end to end, so the gateway buffers nothing of its own and cannot lose a tail, and what it does
 * not know of a message (8-bit commands, terminal modes, new requests) arrives as it was sent. It reads just what it
 * must decide: which channels are opened, and what is asked of them.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #client: RelayLeg;
  readonly #target: RelayLeg;
  readonly #channels = new Map<number, Channel>();
  readonly #forwards: ForwardLog;
  #limits: GatewayLimits;
  #nextId = 0;
  #stopped = false;
  /** Channel data so far, from the client and to it. */
  bytesIn = 0;
  bytesOut = 0;
  /** Connections onward that the target made. */
  forwarded = 0;

  constructor(options: RelayOptions, limits: GatewayLimits) {
    this.#options = options;
    this.#client = options.client;
    this.#target = options.target;
    this.#limits = limits;
    this.#forwards = new ForwardLog((to) => options.forwarding(to));
  }

  /** A channel message of the client. Throws SshFormatError; the connection has to end then. */
  fromClient(payload: Buffer): void {
    if (this.#stopped) return;
    this.#passFromClient(payload);
    keepPace(this.#client);
  }

  #passFromClient(payload: Buffer): void {
    const type = payload[0];
    if (type === MESSAGE.channelOpen) {
      this.#openFromClient(payload);
      return;
    }
    const channel = this.#channelOf(payload);
    if (type === MESSAGE.channelClose) {
      this.#closeFromClient(channel, payload);
      return;
    }
    if (channel.endedHere) return;
    switch (type) {
      case MESSAGE.channelRequest:
        this.#requestFromClient(channel, payload);
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
    this.#toTarget(channel, payload);
  }

  /** A channel message of the target. Throws SshFormatError; the connection has to end then. */
  fromTarget(payload: Buffer): void {
    if (this.#stopped) return;
    this.#passFromTarget(payload);
    keepPace(this.#target);
  }

  #passFromTarget(payload: Buffer): void {
    const type = payload[0];
    if (type === MESSAGE.channelOpen) {
      this.#openFromTarget(payload);
      return;
    }
    const channel = this.#channelOf(payload);
    switch (type) {
      case MESSAGE.channelOpenConfirmation:
        this.#confirmed(channel, payload);
        return;
      case MESSAGE.channelOpenFailure:
        this.#channels.delete(channel.id);
        this.#toClient(channel, payload);
        return;
      case MESSAGE.channelClose:
        this.#closeFromTarget(channel, payload);
        return;
      case MESSAGE.channelSuccess:
      case MESSAGE.channelFailure:
        this.#replyFromTarget(channel, payload);
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
    if (!channel.endedHere) this.#toClient(channel, payload);
  }

  /** No message passes any more. */
  stop(): void {
    this.#stopped = true;
    this.#channels.clear();
  }

  /**
   * Ends everything by force: what runs on the target is killed, a last line is written to each session where there
   * is room for it without waiting, and no message passes any more.
   */
  cut(lastLine: string): void {
    if (this.#stopped) return;
    for (const channel of this.#channels.values()) {
      if (channel.state !== 'open' || channel.endedHere || channel.targetId === undefined) continue;
      // A line of ours would be taken for data of whoever is at the other end.
      if (channel.kind === 'forward') continue;
      // A command without a terminal would live on at the target: nothing tells it that its connection is gone.
      // (In a terminal the hang-up does, and lets a shell save its history and end its jobs.)
      if (!channel.hasPty) this.#target.send(signal(channel.targetId, 'KILL'));
      this.#lastLine(channel, lastLine);
    }
    this.stop();
  }

  #lastLine(channel: Channel, line: string): void {
    const text = Buffer.from(channel.hasPty ? `\r\n${line}\r\n` : `${line}\n`);
    if (channel.closed.byClient || channel.closed.byTarget || text.length > channel.windowToClient) return;
    if (this.#client.socket.writableLength > ROOM_BYTES) return;
    this.#client.send(channel.hasPty ? channelData(channel.clientId, text) : channelStderr(channel.clientId, text));
  }

  #channelOf(payload: Buffer): Channel {
    if (payload.length < 5) throw new SshFormatError('a channel message without a channel');
    const channel = this.#channels.get(payload.readUInt32BE(1));
    if (channel === undefined) throw new SshFormatError('a message for a channel that is not open');
    const opening = payload[0] === MESSAGE.channelOpenConfirmation || payload[0] === MESSAGE.channelOpenFailure;
    if (opening !== (channel.state === 'opening')) throw new SshFormatError('a channel message out of turn');
    return channel;
  }

  /*
    byte      SSH_MSG_CHANNEL_OPEN
    string    channel type
    uint32    sender channel
    uint32    initial window size
    uint32    maximum packet size
    ....      channel type specific data follows
  */
  #openFromClient(payload: Buffer): void {
    const reader = new SshReader(payload, 1);
    const type = reader.text();
    const [sender, window, maxPacket] = [reader.uint32(), reader.uint32(), reader.uint32()];
    if (type !== 'session') {
      this.#openForward(
        type,
        newChannel('forward', this.#newId(), sender, window, Math.min(maxPacket, MAX_PACKET)),
        reader,
      );
      return;
    }
    reader.end();
    if (this.#options.noMoreSessions()) {
      this.#refuseOpening(sender, OPEN_FAILURE.prohibited, NO_MORE_SESSIONS);
      return;
    }
    if (this.#count('session') >= MAX_CHANNELS) {
      this.#refuseOpening(sender, OPEN_FAILURE.resourceShortage, TOO_MANY_CHANNELS);
      return;
    }
    const channel = newChannel('session', this.#newId(), sender, window, Math.min(maxPacket, MAX_PACKET));
    this.#channels.set(channel.id, channel);
    void this.#askAndOpen(channel, channelOpen('session', channel.id, window, channel.maxPacket));
  }

  #openForward(type: string, channel: Channel, reader: SshReader): void {
    const rest = reader.raw(reader.left);
    const to = this.#limits.forward === true ? destinationOf(type, rest) : undefined;
    if (to === undefined) {
      this.#refuseOpening(channel.clientId, OPEN_FAILURE.prohibited, forwardingRefusal(type));
      return;
    }
    if (this.#count('forward') >= MAX_FORWARDS) {
      this.#refuseOpening(channel.clientId, OPEN_FAILURE.resourceShortage, TOO_MANY_FORWARDS);
      return;
    }
    this.#channels.set(channel.id, channel);
    const opening = channelOpen(type, channel.id, channel.windowToClient, channel.maxPacket, Buffer.from(rest));
    void this.#askAndOpen(channel, opening, to);
  }

  #count(kind: Channel['kind']): number {
    let count = 0;
    for (const channel of this.#channels.values()) if (channel.kind === kind) count++;
    return count;
  }

  #refuseOpening(sender: number, reason: number, { code, message }: { code: string; message: string }): void {
    this.#options.refused(code, message);
    this.#client.send(channelOpenFailure(sender, reason, message));
  }

  /** @param to where it leads to, if it is a connection onward */
  async #askAndOpen(channel: Channel, opening: Buffer, to?: string): Promise<void> {
    const answer = await this.#options.authorize();
    if (this.#stopped) return;
    if (!answer.ok) {
      this.#giveUp(channel, answer.message);
      return;
    }
    this.#limits = answer.grant.limits;
    if (to !== undefined && !(await this.#mayForward(channel, to))) return;
    channel.state = 'opening';
    this.#target.send(opening);
  }

  async #mayForward(channel: Channel, to: string): Promise<boolean> {
    const { code, message } = forwardingRefusal('direct-tcpip');
    const verdict = this.#limits.forward ? await this.#forwards.admit(to) : { ok: false as const, code, message };
    if (this.#stopped) return false;
    if (verdict.ok) return true;
    this.#options.refused(verdict.code, verdict.message);
    this.#giveUp(channel, verdict.message);
    return false;
  }

  #giveUp(channel: Channel, sentence: string): void {
    this.#channels.delete(channel.id);
    this.#client.send(channelOpenFailure(channel.clientId, OPEN_FAILURE.prohibited, sentence));
  }

  /** Only forwarding makes a target open channels, and none was allowed. */
  #openFromTarget(payload: Buffer): void {
    const reader = new SshReader(payload, 1);
    const { code, message } = forwardingRefusal(reader.text());
    this.#options.refused(code, message);
    this.#target.send(channelOpenFailure(reader.uint32(), OPEN_FAILURE.prohibited, message));
  }

  /*
    byte      SSH_MSG_CHANNEL_OPEN_CONFIRMATION
    uint32    recipient channel
    uint32    sender channel
    uint32    initial window size
    uint32    maximum packet size
  */
  #confirmed(channel: Channel, payload: Buffer): void {
    const reader = new SshReader(payload, 5);
    channel.targetId = reader.uint32();
    channel.state = 'open';
    if (channel.kind === 'forward') this.forwarded++;
    const [window, maxPacket] = [reader.uint32(), reader.uint32()];
    this.#client.send(channelOpenConfirmation(channel.clientId, channel.id, window, Math.min(maxPacket, MAX_PACKET)));
  }

  /*
    byte      SSH_MSG_CHANNEL_REQUEST
    uint32    recipient channel
    string    request type
    boolean   want reply
    ....      type-specific data follows
  */
  #requestFromClient(channel: Channel, payload: Buffer): void {
    const reader = new SshReader(payload, 5);
    const type = reader.text();
    const wantReply = reader.boolean();
    if (channel.replies.length >= MAX_REPLIES) throw new SshFormatError('the client asks without waiting for answers');
    const verdict =
      channel.kind === 'forward'
        ? decideForwardRequest(type)
        : decideRequest(type, payload.subarray(reader.position), this.#limits);
    switch (verdict.does) {
      case 'pass':
        if (type === 'pty-req') channel.hasPty = true;
        if (wantReply) channel.replies.push('of-target');
        this.#toTarget(channel, payload);
        return;
      case 'refuse-quietly':
        if (wantReply)
          channel.replies.push(() => this.#client.send(channelMessage('channelFailure', channel.clientId)));
        flushReplies(channel);
        return;
      case 'refuse':
        this.#options.refused(verdict.code, verdict.message);
        channel.replies.push(() => this.#sayNo(channel, wantReply, verdict.message, verdict.ends));
        flushReplies(channel);
        return;
      default:
        verdict satisfies never;
    }
  }

  /** Tells the person, on stderr. A request that the channel was opened for is granted first: a client drops the output of a failed one. */
  #sayNo(channel: Channel, wantReply: boolean, message: string, ends: boolean): void {
    const id = channel.clientId;
    const line = Buffer.from(`Sallyport: ${message}\r\n`);
    if (wantReply && ends) this.#client.send(channelMessage('channelSuccess', id));
    if (line.length <= channel.windowToClient) {
      channel.windowToClient -= line.length;
      this.#client.send(channelStderr(id, line));
    }
    if (!ends) {
      if (wantReply) this.#client.send(channelMessage('channelFailure', id));
      return;
    }
    channel.endedHere = true;
    this.#client.send(exitStatus(id, REFUSED_STATUS));
    this.#client.send(channelMessage('channelEof', id));
    this.#client.send(channelMessage('channelClose', id));
    if (channel.targetId !== undefined) this.#target.send(channelMessage('channelClose', channel.targetId));
  }

  #replyFromTarget(channel: Channel, payload: Buffer): void {
    if (channel.replies[0] !== 'of-target') throw new SshFormatError('the target answers what was not asked');
    channel.replies.shift();
    if (!channel.endedHere) this.#toClient(channel, payload);
    flushReplies(channel);
  }

  #closeFromClient(channel: Channel, payload: Buffer): void {
    channel.closed.byClient = true;
    if (!channel.endedHere) this.#toTarget(channel, payload);
    this.#forgetIfClosed(channel);
  }

  #closeFromTarget(channel: Channel, payload: Buffer): void {
    channel.closed.byTarget = true;
    if (!channel.endedHere) this.#toClient(channel, payload);
    this.#forgetIfClosed(channel);
  }

  #forgetIfClosed(channel: Channel): void {
    if (channel.closed.byClient && channel.closed.byTarget) this.#channels.delete(channel.id);
  }

  #toTarget(channel: Channel, payload: Buffer): void {
    if (channel.targetId === undefined) throw new SshFormatError('a channel message out of turn');
    payload.writeUInt32BE(channel.targetId, 1);
    this.#target.send(payload);
    if (!this.#target.flows) this.#target.holdBack(this.#client);
  }

  #toClient(channel: Channel, payload: Buffer): void {
    payload.writeUInt32BE(channel.clientId, 1);
    this.#client.send(payload);
    if (!this.#client.flows) this.#client.holdBack(this.#target);
  }

  #newId(): number {
    while (this.#channels.has(this.#nextId)) this.#nextId = (this.#nextId + 1) >>> 0;
    return this.#nextId++;
  }
}

/** Whoever asks faster than they read our answers is not read until they have: answers must not pile up in memory. */
function keepPace(asker: RelayLeg): void {
  if (!asker.flows) asker.holdBack(asker);
}
