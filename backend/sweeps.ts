import type { Clock, Scheduler } from '../protocol/time.ts';
import { startDeadlineSweep } from './deadline-sweep.ts';
import type { Delegations } from './delegation/delegations.ts';
import type { Feed } from './events/feed.ts';
import type { LeftSessions } from './grants/left-sessions.ts';
import type { GrantMoments } from './grants/moments.ts';
import { lapseDue, nextLapse } from './requests/lapses.ts';

export interface SweptServices {
  clock: Clock;
  scheduler: Scheduler;
  onError: (error: unknown) => void;
  /** What wakes a sweep when something with a deadline has come, or changed. */
  feed: Feed;
  requests: Parameters<typeof lapseDue>[0];
  delegations: Delegations;
  moments: GrantMoments;
  left: LeftSessions;
}

/** Starts all that time does by itself: requests lapse, absences end, grants begin and end, left sessions are closed. @returns stop */
export function startSweeps({ clock, scheduler, onError, feed, ...of }: SweptServices): () => Promise<void> {
  const every = { clock, scheduler, onError };
  const lapses = startDeadlineSweep({
    ...every,
    sweep: () => lapseDue(of.requests),
    next: () => nextLapse(of.requests),
  });
  const absences = startDeadlineSweep({
    ...every,
    sweep: () => of.delegations.expireDue(),
    next: () => of.delegations.nextExpiry(),
  });
  const turns = startDeadlineSweep({ ...every, sweep: () => of.moments.sweep(), next: () => of.moments.next() });
  const leftovers = startDeadlineSweep({ ...every, sweep: () => of.left.closeDue(), next: () => of.left.next() });
  const unsubscribe = feed.subscribe((entries) => {
    const changed = new Set(entries.map(({ event }) => event.kind));
    if (changed.has('request-changed')) lapses.wake();
    if (changed.has('access-changed')) absences.wake();
    if (changed.has('grant-changed')) {
      turns.wake();
      leftovers.wake();
    }
  });
  return async () => {
    unsubscribe();
    for (const sweep of [leftovers, turns, absences, lapses]) await sweep.dispose();
  };
}
