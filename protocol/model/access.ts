import { z } from 'zod';
import { approvalProgress, approvalRequirementSchema } from './approval.ts';
import { hasSpoken } from './decision.ts';
import { momentSchema, type Person, personRefSchema, type StandIn } from './identity.ts';
import { type AccessRequest, requestStateSchema } from './request.ts';
import { loginSchema, targetSchema } from './target.ts';

/** One way a person may get onto a target: a role, with what it asks of them. */
export const accessOptionSchema = z.object({
  role: z.string(),
  description: z.string(),
  logins: z.array(loginSchema),
  maxDurationSeconds: z.number().int().positive(),
  reason: z.enum(['required', 'optional']),
  ticket: z.enum(['required', 'optional', 'none']),
  needs: z.array(z.object(approvalRequirementSchema.shape)),
});
export type AccessOption = z.infer<typeof accessOptionSchema>;

/** A target the person may ask for, and every way to it. */
export const accessibleTargetSchema = z.object({
  target: targetSchema,
  options: z.array(accessOptionSchema).min(1),
});
export type AccessibleTarget = z.infer<typeof accessibleTargetSchema>;

/** What would happen if this were asked for. */
export const dryRunSchema = z.object({
  role: z.string(),
  durationSeconds: z.number().int(),
  needs: z.array(z.object({ ...approvalRequirementSchema.shape, online: z.array(personRefSchema) })),
});
export type DryRun = z.infer<typeof dryRunSchema>;

/** What an approver should know of the requester and the target before they decide. */
export const requestFactsSchema = z.object({
  /** Why policy asks: what the role is for. */
  roleDescription: z.string(),
  /** Earlier requests of this person for this target and login, newest first, ten at most. */
  earlier: z.array(
    z.object({ at: momentSchema, state: requestStateSchema, durationSeconds: z.number().int(), decidedBy: z.string() }),
  ),
  /** Accesses of this person to this target in the last 30 days. */
  accessesLast30Days: z.number().int(),
  /** When this person last had access to this target; null when never. */
  lastAccessAt: momentSchema.nullable(),
});
export type ShownFacts = z.infer<typeof requestFactsSchema>;

/** Somebody takes an absent approver's place until then. */
export const delegationSchema = z.object({ standIn: personRefSchema, until: momentSchema });
export type Delegation = z.infer<typeof delegationSchema>;

/**
 * In whose name a person may decide this request: null is their own; else the absent approver whose place they take.
 * Never in the name of the requester, and nobody decides what they asked for themselves. Empty when they may not. Says
 * nothing of what was decided already: `nameToDecideIn` does.
 */
export function namesToDecideIn(
  request: Pick<AccessRequest, 'requester' | 'needs'>,
  person: Pick<Person, 'id' | 'groups' | 'standsInFor'>,
): (StandIn | null)[] {
  if (request.requester.id === person.id) return [];
  const wanted = (groups: readonly string[]): boolean =>
    request.needs.some((need) => need.groups.some((g) => groups.includes(g)));
  const places = person.standsInFor.filter((p) => p.person.id !== request.requester.id && wanted(p.groups));
  return wanted(person.groups) ? [null, ...places] : places;
}

/**
 * The name in which a person's word would count: their own if that brings the request forward, else the first place
 * they take that does, else their own, else the first place. Undefined when no voice of theirs is left.
 */
export function nameToDecideIn(
  request: Pick<AccessRequest, 'requester' | 'needs' | 'decisions'>,
  person: Pick<Person, 'id' | 'groups' | 'standsInFor'>,
): StandIn | null | undefined {
  const { needs, decisions } = request;
  if (hasSpoken(decisions, person.id)) return undefined;
  const free = namesToDecideIn(request, person).filter((name) => !(name && hasSpoken(decisions, name.person.id)));
  const approvers = decisions
    .filter((d) => d.verdict === 'approve')
    .map((d) => ({ id: d.approver.id, groups: d.groups }));
  const filled = (all: typeof approvers): number => approvalProgress(needs, all).have.reduce((sum, n) => sum + n, 0);
  const before = filled(approvers);
  const advances = (name: StandIn | null): boolean =>
    filled([...approvers, { id: person.id, groups: (name ?? person).groups }]) > before;
  const found = free.find(advances);
  return found === undefined ? free[0] : found;
}

/** Whether this person's word on this request is wanted now. The backend decides again, with the same rule. */
export function mayDecide(
  request: Pick<AccessRequest, 'state' | 'requester' | 'needs' | 'decisions'>,
  person: Pick<Person, 'id' | 'groups' | 'standsInFor'>,
): boolean {
  return request.state === 'pending' && nameToDecideIn(request, person) !== undefined;
}

/** Whether this person may cut a grant of somebody else: its approvers and admins may, those who stand in for one not. */
export function mayRevoke(
  grant: { requester: { id: string } },
  approverGroups: readonly string[],
  person: Pick<Person, 'id' | 'groups' | 'duties'>,
): boolean {
  if (person.duties.includes('admin')) return true;
  return grant.requester.id !== person.id && approverGroups.some((g) => person.groups.includes(g));
}
