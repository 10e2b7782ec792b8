import type { Snapshot } from '../../../protocol/ipc/snapshot.ts';
import { isLiveInApp } from '../../../protocol/model/grant.ts';

/** What quitting would end, and what it would leave. */
export interface QuitQuestion {
  /** Sessions that would be cut, in built-in terminals and other programs. */
  sessions: number;
  /** The targets they are on, each once, in the order of their names. */
  targets: string[];
  /** Whether there is live access to release. */
  live: boolean;
  /** When the last access that quitting leaves ends, epoch ms; null when it leaves none: some ends with its session. */
  staysUntil: number | null;
}

/** Looks at what is open. @param now the backend's time, epoch ms */
export function quitQuestion(
  { terminals, externalSessions, grants }: Pick<Snapshot, 'terminals' | 'externalSessions' | 'grants'>,
  now: number,
): QuitQuestion {
  const open = [...terminals, ...externalSessions].filter(
    ({ status }) => status.state === 'open' || status.state === 'opening',
  );
  const live = grants.map((held) => held.grant).filter((grant) => isLiveInApp(grant, now));
  const cut = new Set(open.map(({ grantId }) => grantId));
  const staying = live.filter((grant) => !(grant.endsWithSession && cut.has(grant.id)));
  return {
    sessions: open.length,
    targets: [...new Set(open.map(({ title }) => title.slice(title.indexOf('@') + 1)))].sort(),
    live: live.length > 0,
    staysUntil: staying.length === 0 ? null : Math.max(...staying.map((grant) => grant.endsAt)),
  };
}
