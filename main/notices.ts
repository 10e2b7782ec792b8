import type { Destination } from '../protocol/ipc/bridge.ts';
import { mayDecide } from '../protocol/model/access.ts';
import {
  batchKey,
  endedKey,
  grantNotice,
  outcomeNotice,
  waitingNotice,
  waitsKey,
  waitsNotice,
} from './notice-words.ts';
import { waitingForMe } from './snapshot.ts';
import { type AppState, personOf } from './state.ts';

/** Something worth telling a person who looks elsewhere. Plain text. */
export interface Notice {
  /** Names the fact; the same fact is told once. */
  key: string;
  title: string;
  body: string;
  /** Where a click leads. */
  destination: Destination;
  /** What a button "Approve" would approve, where the desktop has buttons. */
  approve?: { requestId: string; revision: number };
}

/** What is news between two states, and which notices no longer hold. Pure. */
export interface News {
  notices: Notice[];
  /** Batches of which another request waits now: told in one, once all of it is there (`batchNotice`). */
  batches: string[];
  /** Keys of notices to take down. */
  over: string[];
}

const NOTHING: News = { notices: [], batches: [], over: [] };

/** @param now wall clock, epoch ms */
export function newsOf(state: AppState, before: AppState, now: number): News {
  const me = personOf(state);
  const was = personOf(before);
  if (!me) return was ? { ...NOTHING, over: [...before.requests.values()].flatMap(keysOf) } : NOTHING;
  if (state.requests === before.requests && state.grants === before.grants && was?.standsInFor === me.standsInFor) {
    return NOTHING;
  }
  const moment = { now, clockSkewMs: state.clockSkewMs };
  // What happened before we looked is no news; only what still waits is worth a word, all in one.
  if (!before.known || was?.id !== me.id) {
    return { ...NOTHING, notices: waitingNotice(state, me, 'waiting-at-start', moment) };
  }
  const news: News = { notices: [], batches: [], over: [] };
  for (const request of state.requests.values()) {
    const known = before.requests.get(request.id);
    const waits = mayDecide(request, me);
    const waited = known !== undefined && mayDecide(known, was);
    const changed = known !== undefined && request.revision > known.revision;
    if (waited && (!waits || changed)) news.over.push(waitsKey(known));
    // By itself: an amended one of a batch, for what is told of the batch was told.
    if (waits && (!waited || changed)) {
      if (request.batchId !== null && !changed) news.batches.push(request.batchId);
      else news.notices.push(waitsNotice(request, me, moment));
    }
    if (request.requester.id === me.id && known?.state !== request.state) {
      news.notices.push(...outcomeNotice(request, moment));
    }
  }
  for (const grant of state.grants.values()) {
    const known = before.grants.get(grant.id);
    if (grant.requester.id !== me.id || !known || known === grant) continue;
    if (known.status.state === 'ended') {
      // A clock of ours had ended it, wrongly: the backend says otherwise.
      if (grant.status.state !== 'ended') news.over.push(endedKey(grant));
      continue;
    }
    news.notices.push(...grantNotice(grant, known, moment));
  }
  const stillWaiting = new Set(waitingForMe(state).map((request) => request.batchId));
  for (const { batchId } of waitingForMe(before)) {
    if (batchId !== null && !stillWaiting.has(batchId)) news.over.push(batchKey(batchId));
  }
  news.batches = [...new Set(news.batches)];
  return news;
}

function keysOf(request: Parameters<typeof waitsKey>[0] & { batchId: string | null }): string[] {
  return request.batchId === null ? [waitsKey(request)] : [waitsKey(request), batchKey(request.batchId)];
}
