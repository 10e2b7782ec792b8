import { SshFormatError, SshReader } from '../../protocol/ssh/reader.ts';
import { type Channel, flushReplies } from './channel.ts';
import { decideForwardRequest, decideRequest } from './channel-rules.ts';
import { channelMessage, channelStderr, exitStatus } from './messages.ts';
import type { Passage } from './passage.ts';
import type { GatewayLimits } from './ports.ts';

/** Answers owed on one channel; a client asks a handful of things before it waits. */
const MAX_REPLIES = 1_000;
/** What a client sees as the exit status of something refused: "cannot execute", as in a shell. */
const REFUSED_STATUS = 126;

/** What is asked of the channels of a session, and the answers in their order. */
export class ChannelRequests {
  readonly #passage: Passage;
  readonly #limits: () => GatewayLimits;
  readonly #refused: (code: string, message: string) => void;

  constructor(passage: Passage, limits: () => GatewayLimits, refused: (code: string, message: string) => void) {
    this.#passage = passage;
    this.#limits = limits;
    this.#refused = refused;
  }

  /*
    byte      SSH_MSG_CHANNEL_REQUEST
    uint32    recipient channel
    string    request type
    boolean   want reply
    ....      type-specific data follows
  */
  fromClient(channel: Channel, payload: Buffer): void {
    const reader = new SshReader(payload, 5);
    const type = reader.text();
    const wantReply = reader.boolean();
    if (channel.replies.length >= MAX_REPLIES) throw new SshFormatError('the client asks without waiting for answers');
    const verdict =
      channel.kind === 'forward'
        ? decideForwardRequest(type)
        : decideRequest(type, payload.subarray(reader.position), this.#limits());
    switch (verdict.does) {
      case 'pass':
        if (type === 'pty-req') channel.hasPty = true;
        if (wantReply) channel.replies.push('of-target');
        this.#passage.toTarget(channel, payload);
        return;
      case 'refuse-quietly':
        if (wantReply)
          channel.replies.push(() => this.#passage.client.send(channelMessage('channelFailure', channel.clientId)));
        flushReplies(channel);
        return;
      case 'refuse':
        this.#refused(verdict.code, verdict.message);
        channel.replies.push(() => this.#sayNo(channel, wantReply, verdict.message, verdict.ends));
        flushReplies(channel);
        return;
      default:
        verdict satisfies never;
    }
  }

  /** SUCCESS or FAILURE of the target: the answer to what the client asked first and still waits for. */
  answered(channel: Channel, payload: Buffer): void {
    if (channel.replies[0] !== 'of-target') throw new SshFormatError('the target answers what was not asked');
    channel.replies.shift();
    if (!channel.endedHere) this.#passage.toClient(channel, payload);
    flushReplies(channel);
  }

  /** Tells the person, on stderr. A request that the channel was opened for is granted first: a client drops the output of a failed one. */
  #sayNo(channel: Channel, wantReply: boolean, message: string, ends: boolean): void {
    const { client, target } = this.#passage;
    const id = channel.clientId;
    const line = Buffer.from(`Sallyport: ${message}\r\n`);
    if (wantReply && ends) client.send(channelMessage('channelSuccess', id));
    if (line.length <= channel.windowToClient) {
      channel.windowToClient -= line.length;
      client.send(channelStderr(id, line));
    }
    if (!ends) {
      if (wantReply) client.send(channelMessage('channelFailure', id));
      return;
    }
    channel.endedHere = true;
    client.send(exitStatus(id, REFUSED_STATUS));
    client.send(channelMessage('channelEof', id));
    client.send(channelMessage('channelClose', id));
    if (channel.targetId !== undefined) target.send(channelMessage('channelClose', channel.targetId));
  }
}
