import type { CommandInput } from '../../../protocol/ipc/commands.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';

/** The most that are decided in one go: what the backend takes. */
export const MOST_AT_ONCE = 50;

/** What is decided on one card: a request, or all of a batch that still wait. */
export interface Unit {
  /** Of the request, or of the batch. */
  id: string;
  requests: readonly [AccessRequest, ...AccessRequest[]];
}

/** Requests as cards, in the order given; those of one batch stand where its first one does. */
export function unitsOf(requests: readonly AccessRequest[]): Unit[] {
  const byId = new Map<string, AccessRequest[]>();
  for (const request of requests) {
    const id = request.batchId ?? request.id;
    byId.set(id, [...(byId.get(id) ?? []), request]);
  }
  return [...byId.values()].flatMap((all) => {
    const [first, ...others] = all;
    if (first === undefined) return [];
    return [{ id: others.length > 0 ? (first.batchId ?? first.id) : first.id, requests: [first, ...others] as const }];
  });
}

type Decisions = CommandInput<'requests.decideMany'>['decisions'];

interface Words {
  /** Ids of those that are approved; the others are denied. */
  approved: ReadonlySet<string>;
  note: string;
  denial: string;
  /** Approve no longer than this, seconds; null for all that was asked. */
  mostSeconds: number | null;
}

/** One word for each request, about the revision that is shown. */
export function decisionsOf(requests: readonly AccessRequest[], said: Words): Decisions {
  return requests.map(({ id, revision, durationSeconds }) => {
    if (!said.approved.has(id)) return { id, revision, verdict: 'deny', reason: said.denial.trim() };
    const shorter = said.mostSeconds !== null && said.mostSeconds < durationSeconds;
    const less = shorter && said.mostSeconds !== null ? { durationSeconds: said.mostSeconds } : {};
    return { id, revision, verdict: 'approve', reason: said.note.trim(), ...less };
  });
}

/** What all of them have in common, or undefined where they differ. */
export function common<K extends keyof AccessRequest>(
  requests: readonly AccessRequest[],
  key: K,
): AccessRequest[K] | undefined {
  const [first] = requests;
  const same = requests.every((request) => JSON.stringify(request[key]) === JSON.stringify(first?.[key]));
  return same ? first?.[key] : undefined;
}
