import { z } from 'zod';
import { approvalRequirementSchema } from './approval.ts';
import { type Person, personRefSchema } from './identity.ts';
import type { AccessRequest } from './request.ts';
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

/** Whether this person's word on this request is wanted now. The backend decides again, with the same rule. */
export function mayDecide(
  request: Pick<AccessRequest, 'state' | 'requester' | 'needs' | 'decisions'>,
  person: Pick<Person, 'id' | 'groups'>,
): boolean {
  return (
    request.state === 'pending' &&
    request.requester.id !== person.id &&
    request.needs.some((need) => need.groups.some((g) => person.groups.includes(g))) &&
    !request.decisions.some((d) => d.approver.id === person.id)
  );
}

/** Whether this person may cut a grant of somebody else: its approvers and admins may. */
export function mayRevoke(
  grant: { requester: { id: string } },
  approverGroups: readonly string[],
  person: Pick<Person, 'id' | 'groups' | 'duties'>,
): boolean {
  if (person.duties.includes('admin')) return true;
  return grant.requester.id !== person.id && approverGroups.some((g) => person.groups.includes(g));
}
