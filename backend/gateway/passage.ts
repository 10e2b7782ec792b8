import type { Socket } from 'node:net';
import { SshFormatError } from '../../protocol/ssh/reader.ts';
import type { Channel } from './channel.ts';
import type { Leg } from './leg.ts';

/** What the relay needs of a leg. */
export interface RelayLeg extends Pick<Leg, 'send' | 'flows' | 'holdBack'> {
  readonly socket: Pick<Socket, 'writableLength' | 'isPaused' | 'pause' | 'resume'>;
}

/**
 * The way of a channel message from one leg to the other: whole, under the number that the channel has there, and no
 * faster than the other side takes it.
 */
export class Passage {
  readonly client: RelayLeg;
  readonly target: RelayLeg;

  constructor(client: RelayLeg, target: RelayLeg) {
    this.client = client;
    this.target = target;
  }

  toTarget(channel: Channel, payload: Buffer): void {
    if (channel.targetId === undefined) throw new SshFormatError('a channel message out of turn');
    payload.writeUInt32BE(channel.targetId, 1);
    this.target.send(payload);
    if (!this.target.flows) this.target.holdBack(this.client);
  }

  toClient(channel: Channel, payload: Buffer): void {
    payload.writeUInt32BE(channel.clientId, 1);
    this.client.send(payload);
    if (!this.client.flows) this.client.holdBack(this.target);
  }
}

/** Whoever asks faster than they read our answers is not read until they have: answers must not pile up in memory. */
export function keepPace(asker: RelayLeg): void {
  if (!asker.flows) asker.holdBack(asker);
}
