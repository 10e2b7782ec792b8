import { namesToDecideIn } from '../protocol/model/access.ts';
import type { Grant } from '../protocol/model/grant.ts';
import type { Person } from '../protocol/model/identity.ts';
import type { AccessRequest } from '../protocol/model/request.ts';
import { durationInWords } from '../protocol/time.ts';
import { timeAndDay, whyEnded } from './grants/end-words.ts';
import type { Notice } from './notices.ts';
import { waitingForMe } from './snapshot.ts';
import type { AppState } from './state.ts';

/** When a notice is written: its words say "14:00", not "in 20 minutes". */
export interface Moment {
  /** Wall clock, epoch ms. */
  now: number;
  /** Add to the wall clock for the backend's time, ms. */
  clockSkewMs: number;
}

function when(backendTime: number, { now, clockSkewMs }: Moment): string {
  return timeAndDay(backendTime - clockSkewMs, now);
}

function where({ login, target }: Pick<Grant, 'login' | 'target'>): string {
  return `${login}@${target.name}`;
}

/** A request that was changed is another fact than it was before. */
export function waitsKey({ id, revision }: Pick<AccessRequest, 'id' | 'revision'>): string {
  return revision === 1 ? `waits:${id}` : `waits:${id}:${revision}`;
}

export function waitsNotice(request: AccessRequest, me: Person, moment: Moment): Notice {
  const { requester, revision, extendsGrantId, startsAt } = request;
  const length = durationInWords(request.durationSeconds * 1000);
  const why = [request.ticket, request.reason].filter((part) => part !== '').join(' – ');
  const later = startsAt !== null && startsAt > moment.now + moment.clockSkewMs;
  const asks = extendsGrantId === null ? `asks for ${where(request)}` : `asks for ${length} more on ${where(request)}`;
  const long = extendsGrantId === null ? `For ${length}` : 'While it is open';
  return {
    key: waitsKey(request),
    title: `${requester.name} ${revision === 1 ? asks : `changed a request: ${where(request)}`}`,
    body: `${inPlaceOf(request, me)}${long}${later ? `, from ${when(startsAt, moment)}` : ''}${why === '' ? '' : `: ${why}`}`,
    destination: { page: 'inbox', requestId: request.id },
    approve: { requestId: request.id, revision },
  };
}

/** Said only where the word counts in nobody's but the absent approver's name. */
function inPlaceOf(request: AccessRequest, me: Person): string {
  const names = namesToDecideIn(request, me);
  const [first] = names;
  return first && !names.includes(null) ? `In place of ${first.person.name}. ` : '';
}

export function batchKey(batchId: string): string {
  return `waits:${batchId}`;
}

/** One notice for those of a batch that wait for this person; undefined when none does. Pure. */
export function batchNotice(state: AppState, batchId: string, me: Person, moment: Moment): Notice | undefined {
  const waiting = waitingForMe(state).filter((request) => request.batchId === batchId);
  const [first] = waiting;
  if (!first) return undefined;
  if (waiting.length === 1) return { ...waitsNotice(first, me, moment), key: batchKey(batchId) };
  const { body } = waitsNotice(first, me, moment);
  const targets = waiting.map(where).sort().join(', ');
  return {
    key: batchKey(batchId),
    title: `${first.requester.name} asks for ${waiting.length} targets`,
    body: `${targets}. ${body}`,
    destination: { page: 'inbox', requestId: first.id },
  };
}

/** One notice for everything that waits: at the start, and when the person may be disturbed again. Pure. */
export function waitingNotice(state: AppState, me: Person, key: string, moment: Moment): Notice[] {
  const waiting = waitingForMe(state);
  const [only] = waiting;
  if (!only) return [];
  if (waiting.length === 1) return [{ ...waitsNotice(only, me, moment), key }];
  const names = [...new Set(waiting.map((r) => r.requester.name))].join(', ');
  const title = `${waiting.length} requests wait for you`;
  return [{ key, title, body: `From ${names}.`, destination: { page: 'inbox', requestId: null } }];
}

/** What became of a request of this person. */
export function outcomeNotice(request: AccessRequest, moment: Moment): Notice[] {
  const about = {
    key: `${request.state}:${request.id}`,
    destination: { page: 'requests', requestId: request.id },
  } as const;
  const more = request.extendsGrantId !== null;
  switch (request.state) {
    case 'approved': {
      // That it has more time is told of the grant, which knows until when.
      if (more) return [];
      const { startsAt } = request;
      const later = startsAt !== null && startsAt > moment.now + moment.clockSkewMs;
      const body = later ? `It begins at ${when(startsAt, moment)}.` : 'Your access is open. Click to connect.';
      return [{ ...about, title: `Approved: ${where(request)}`, body }];
    }
    case 'denied': {
      const no = request.decisions.find((d) => d.verdict === 'deny');
      const place = no?.onBehalfOf ? `, in place of ${no.onBehalfOf.name}` : '';
      const by = no ? `${no.approver.name}${place}${no.reason === '' ? '' : `: ${no.reason}`}` : 'An approver said no.';
      return [{ ...about, title: `${more ? 'No more time' : 'Denied'}: ${where(request)}`, body: by }];
    }
    case 'lapsed': {
      const title = `${more ? 'No more time' : 'Lapsed'}: ${where(request)}`;
      return [{ ...about, title, body: 'Nobody decided in time. You can ask again.' }];
    }
    case 'pending':
    case 'cancelled':
      return [];
    default:
      return request.state satisfies never;
  }
}

/** What became of a grant of this person. */
export function grantNotice(grant: Grant, known: Grant, moment: Moment): Notice[] {
  const destination = { page: 'grant', grantId: grant.id } as const;
  if (grant.status.state === 'ended') return endNotice(grant);
  if (known.status.state === 'scheduled' && grant.status.state === 'live') {
    const body = `Until ${when(grant.endsAt, moment)}. Click to connect.`;
    return [{ key: `begun:${grant.id}`, title: `Access begins: ${where(grant)}`, body, destination }];
  }
  if (known.status.state === 'live' && grant.endsAt > known.endsAt) {
    const body = `Until ${when(grant.endsAt, moment)}. What is open goes on.`;
    return [{ key: `extended:${grant.id}:${grant.endsAt}`, title: `More time: ${where(grant)}`, body, destination }];
  }
  return [];
}

export function endedKey({ id }: Pick<Grant, 'id'>): string {
  return `ended:${id}`;
}

function endNotice(grant: Grant): Notice[] {
  if (grant.status.state !== 'ended' || grant.status.reason === 'released') return [];
  return [
    {
      key: endedKey(grant),
      title: `Access ended: ${where(grant)}`,
      body: `Because ${whyEnded(grant)}.`,
      destination: { page: 'requests', requestId: grant.requestId },
    },
  ];
}

/** A grant is about to end. @param left ms */
export function endingNotice(grant: Grant, key: string, left: number): Notice {
  const words = durationInWords(Math.max(1, Math.round(left / 60_000)) * 60_000);
  const ask = grant.extension === null ? '' : ' Click to ask for more time.';
  const drains =
    grant.drainSeconds > 0 ? ` What is open may go on for ${durationInWords(grant.drainSeconds * 1000)} then.` : '';
  return {
    key,
    title: `${words} left: ${where(grant)}`,
    body: `${drains === '' ? 'Open sessions are cut then.' : drains.trim()}${ask}`,
    destination:
      grant.extension === null ? { page: 'grant', grantId: grant.id } : { page: 'extend', grantId: grant.id },
  };
}
