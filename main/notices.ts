import type { Destination } from '../protocol/ipc/bridge.ts';
import { mayDecide } from '../protocol/model/access.ts';
import type { Grant } from '../protocol/model/grant.ts';
import type { AccessRequest } from '../protocol/model/request.ts';
import { durationInWords } from '../protocol/time.ts';
import { whyEnded } from './grants/end-words.ts';
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
}

/** What is news between two states, and which notices no longer hold. Pure. */
export interface News {
  notices: Notice[];
  /** Keys of notices to take down. */
  over: string[];
}

export function newsOf(state: AppState, before: AppState): News {
  const me = personOf(state);
  const was = personOf(before);
  if (!me || (state.requests === before.requests && state.grants === before.grants)) {
    return { notices: [], over: was && !me ? [...before.requests.keys()].map(waitsKey) : [] };
  }
  // What happened before we looked is no news; only what still waits is worth a word, all in one.
  if (!before.known || was?.id !== me.id) return { notices: waitingAtStart(state), over: [] };
  const notices: Notice[] = [];
  const over: string[] = [];
  for (const request of state.requests.values()) {
    const known = before.requests.get(request.id);
    if (request === known) continue;
    const waits = mayDecide(request, me);
    if (waits && !(known && mayDecide(known, me))) notices.push(waitsNotice(request));
    if (!waits && known && mayDecide(known, me)) over.push(waitsKey(request.id));
    if (request.requester.id === me.id && known?.state !== request.state) notices.push(...outcomeNotice(request));
  }
  for (const grant of state.grants.values()) {
    const known = before.grants.get(grant.id);
    if (grant.requester.id === me.id && known && known.status.state !== 'ended') notices.push(...endNotice(grant));
  }
  return { notices, over };
}

const waitsKey = (id: string): string => `waits:${id}`;

function waitingAtStart(state: AppState): Notice[] {
  const waiting = waitingForMe(state);
  const [only] = waiting;
  if (!only) return [];
  if (waiting.length === 1) return [waitsNotice(only)];
  const names = [...new Set(waiting.map((r) => r.requester.name))].join(', ');
  const title = `${waiting.length} requests wait for you`;
  return [{ key: 'waiting-at-start', title, body: `From ${names}.`, destination: { page: 'inbox', requestId: null } }];
}

function waitsNotice(request: AccessRequest): Notice {
  const why = [request.ticket, request.reason].filter((part) => part !== '').join(' – ');
  return {
    key: waitsKey(request.id),
    title: `${request.requester.name} asks for ${where(request)}`,
    body: `For ${durationInWords(request.durationSeconds * 1000)}${why === '' ? '' : `: ${why}`}`,
    destination: { page: 'inbox', requestId: request.id },
  };
}

function outcomeNotice(request: AccessRequest): Notice[] {
  const about = {
    key: `${request.state}:${request.id}`,
    destination: { page: 'requests', requestId: request.id },
  } as const;
  switch (request.state) {
    case 'approved':
      return [{ ...about, title: `Approved: ${where(request)}`, body: 'Your access is open. Click to connect.' }];
    case 'denied': {
      const no = request.decisions.find((d) => d.verdict === 'deny');
      const by = no ? `${no.approver.name}${no.reason === '' ? '' : `: ${no.reason}`}` : 'An approver said no.';
      return [{ ...about, title: `Denied: ${where(request)}`, body: by }];
    }
    case 'lapsed':
      return [{ ...about, title: `Lapsed: ${where(request)}`, body: 'Nobody decided in time. You can ask again.' }];
    case 'pending':
    case 'cancelled':
      return [];
    default:
      return request.state satisfies never;
  }
}

function endNotice(grant: Grant): Notice[] {
  if (grant.status.state !== 'ended' || grant.status.reason === 'released') return [];
  return [
    {
      key: `ended:${grant.id}`,
      title: `Access ended: ${where(grant)}`,
      body: `Because ${whyEnded(grant)}.`,
      destination: { page: 'requests', requestId: grant.requestId },
    },
  ];
}

function where({ login, target }: Pick<Grant, 'login' | 'target'>): string {
  return `${login}@${target.name}`;
}
