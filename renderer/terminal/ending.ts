import type { AccessOption } from '../../protocol/model/access.ts';
import { cutsAt, type Grant, isLiveInApp } from '../../protocol/model/grant.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';

/** From when on the end is spoken of: ten, five and one minute before it. */
const WARN_MS = [10 * 60_000, 5 * 60_000, 60_000] as const;
/** How long the word on a request for more time is shown, ms. */
const NEWS_MS = 60_000;

/** How an access stands, for the terminals that use it. */
export type Ending =
  | { kind: 'live'; until: number }
  /** Ends within so many minutes. */
  | { kind: 'soon'; until: number; minutes: 10 | 5 | 1 }
  /** Nothing new is opened; what is open is cut then. */
  | { kind: 'draining'; until: number }
  | { kind: 'over' };

export function endingOf(grant: Grant | undefined, now: number): Ending {
  if (grant === undefined || grant.status.state !== 'live') return { kind: 'over' };
  if (!isLiveInApp(grant, now)) {
    const until = cutsAt(grant);
    return now < until ? { kind: 'draining', until } : { kind: 'over' };
  }
  const left = grant.endsAt - now;
  const minutes = left <= WARN_MS[2] ? 1 : left <= WARN_MS[1] ? 5 : left <= WARN_MS[0] ? 10 : null;
  return minutes === null ? { kind: 'live', until: grant.endsAt } : { kind: 'soon', until: grant.endsAt, minutes };
}

/** What became of the last request for more time on an access; null when there is nothing (more) to say of it. */
export type MoreTime =
  | { kind: 'waiting'; request: AccessRequest }
  | { kind: 'given'; request: AccessRequest }
  | { kind: 'refused'; request: AccessRequest; how: string };

export function moreTimeOf(requests: readonly AccessRequest[], grantId: string, now: number): MoreTime | null {
  const [request] = requests
    .filter((r) => r.extendsGrantId === grantId)
    .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  if (request === undefined) return null;
  if (request.state === 'pending') return { kind: 'waiting', request };
  if (request.state === 'cancelled' || now - (request.closedAt ?? 0) > NEWS_MS) return null;
  if (request.state === 'approved') return { kind: 'given', request };
  return { kind: 'refused', request, how: refusalOf(request) };
}

function refusalOf(request: AccessRequest): string {
  if (request.state === 'lapsed') return 'nobody decided in time';
  const denial = request.decisions.findLast((d) => d.verdict === 'deny');
  if (denial === undefined) return 'it was denied';
  return denial.reason === ''
    ? `denied by ${denial.approver.name}`
    : `denied by ${denial.approver.name}: ${denial.reason}`;
}

/** The role of a grant, which says what must be written to get more time; undefined when policy has lost it. */
export function optionOf(
  grant: Grant,
  access: readonly { target: { name: string }; options: readonly AccessOption[] }[],
): AccessOption | undefined {
  return access.find((a) => a.target.name === grant.target.name)?.options.find((o) => o.role === grant.role);
}

/**
 * An access of mine that opens this terminal again: its own, or another one to the same place.
 * @param mine grants, those that end soonest first
 */
export function grantFor(
  terminal: { grantId: string; title: string },
  mine: readonly Grant[],
  now: number,
): Grant | undefined {
  const live = mine.filter((g) => isLiveInApp(g, now));
  return (
    live.find((g) => g.id === terminal.grantId) ??
    live.findLast((g) => `${g.login}@${g.target.name}` === terminal.title)
  );
}
