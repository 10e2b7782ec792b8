import { cutsAt, type EndReason, type Grant } from '../../../protocol/model/grant.ts';
import type { AccessRequest, RequestState } from '../../../protocol/model/request.ts';
import type { Tone } from '../../components/tone.ts';

/** Where a request stands, in one word: once it is approved, what became of its grant. */
export interface Standing {
  word: string;
  tone: Tone;
}

const OF_REQUEST: Record<RequestState, Standing> = {
  pending: { word: 'Waiting', tone: 'accent' },
  approved: { word: 'Approved', tone: 'good' },
  denied: { word: 'Denied', tone: 'bad' },
  cancelled: { word: 'Cancelled', tone: 'quiet' },
  lapsed: { word: 'Lapsed', tone: 'quiet' },
};

const OF_END: Record<EndReason, Standing> = {
  expired: { word: 'Expired', tone: 'quiet' },
  released: { word: 'Released', tone: 'quiet' },
  revoked: { word: 'Revoked', tone: 'bad' },
  killed: { word: 'Killed', tone: 'bad' },
};

const DRAINING: Standing = { word: 'Draining', tone: 'warm' };

/**
 * "Approved" beside access that is over would be two truths. @param grant of this request, if it is still known
 * @param now the backend's clock, epoch ms
 */
export function standingOf(request: AccessRequest, grant: Grant | undefined, now: number): Standing {
  if (request.extendsGrantId !== null && request.state === 'approved') {
    const over = grant === undefined || grant.status.state === 'ended' || now >= grant.endsAt;
    return { word: 'Extended', tone: over ? 'quiet' : 'good' };
  }
  if (request.state !== 'approved' || grant === undefined) return OF_REQUEST[request.state];
  if (grant.status.state === 'ended') return OF_END[grant.status.reason];
  if (now >= cutsAt(grant)) return OF_END.expired;
  if (now >= grant.endsAt) return DRAINING;
  return grant.status.state === 'scheduled' ? { word: 'Scheduled', tone: 'accent' } : { word: 'Live', tone: 'good' };
}
