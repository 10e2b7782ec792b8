import { z } from 'zod';
import { AppError } from '../errors.ts';
import { type ApprovalRequirement, approvalProgress, approvalRequirementSchema } from './approval.ts';
import { type Decision, decisionSchema, hasSpoken } from './decision.ts';
import {
  batchIdSchema,
  grantIdSchema,
  momentSchema,
  type PersonRef,
  personRefSchema,
  requestIdSchema,
} from './identity.ts';
import { loginSchema, targetSchema } from './target.ts';

/*
 *   ┌─ amend (the next revision: nobody has decided that yet)
 *   ▼    │   ┌──────────► approved   (enough approvals; a grant is given)
 *  pending ──┼──────────► denied     (one approver said no)
 *            ├──────────► cancelled  (the requester took it back)
 *            └──────────► lapsed     (nobody decided in time)
 */
export const requestStateSchema = z.enum(['pending', 'approved', 'denied', 'cancelled', 'lapsed']);
export type RequestState = z.infer<typeof requestStateSchema>;

export const requirementProgressSchema = z.object({
  ...approvalRequirementSchema.shape,
  count: z.number().int(),
  have: z.number().int(),
});

/** Something asked for: one target, one login, for so long, because. */
export const accessRequestSchema = z.object({
  id: requestIdSchema,
  /** Grows when the requester changes what is asked; a decision counts only for what its approver saw. */
  revision: z.number().int().positive().default(1),
  /** Requests asked for in one go, to be decided together or one by one. */
  batchId: batchIdSchema.nullable().default(null),
  /** The live grant that this asks to make longer; null when it asks for new access. */
  extendsGrantId: grantIdSchema.nullable().default(null),
  requester: personRefSchema,
  target: targetSchema,
  login: loginSchema,
  role: z.string(),
  /** How long; for an extension, how much longer. */
  durationSeconds: z.number().int().positive(),
  /** When it shall begin; null at approval. Approved later than that, it begins at approval. */
  startsAt: momentSchema.nullable().default(null),
  endsWithSession: z.boolean().default(false),
  reason: z.string(),
  ticket: z.string(),
  state: requestStateSchema,
  createdAt: momentSchema,
  /** When a pending request lapses. */
  lapsesAt: momentSchema,
  closedAt: momentSchema.nullable(),
  /** Who must say yes, and how many have. */
  needs: z.array(requirementProgressSchema),
  /** Those on the present revision. */
  decisions: z.array(decisionSchema),
  /** The grant it gave or made longer. */
  grantId: grantIdSchema.nullable(),
});
export type AccessRequest = z.infer<typeof accessRequestSchema>;

/** What can happen to a request. */
export type RequestAct =
  /** `revision` is what the approver saw. */
  | { kind: 'decide'; decision: Decision; revision: number }
  | { kind: 'amend'; by: PersonRef['id'] }
  | { kind: 'cancel'; by: PersonRef['id'] }
  | { kind: 'lapse' };

/** The part of a request that the rules look at. */
export interface RequestFacts {
  requesterId: string;
  revision: number;
  state: RequestState;
  lapsesAt: number;
  durationSeconds: number;
  requirements: readonly ApprovalRequirement[];
  /** Those on the present revision. */
  decisions: readonly Decision[];
}

export type RequestOutcome =
  | { state: 'pending'; revision: number; decisions: readonly Decision[] }
  | { state: 'approved'; decisions: readonly Decision[]; durationSeconds: number }
  | { state: 'denied'; decisions: readonly Decision[] }
  | { state: 'cancelled' }
  | { state: 'lapsed' };

/**
 * The one place where a request changes state. Pure.
 * @throws AppError 'wrong-state' when it is no longer pending, 'own-request', 'not-allowed', 'already-decided'
 */
export function transition(request: RequestFacts, act: RequestAct, now: number): RequestOutcome {
  // Who may not act on it learns nothing of its state either.
  checkRight(request, act);
  if (request.state !== 'pending') throw new AppError('wrong-state', `This request is already ${request.state}.`);
  switch (act.kind) {
    case 'cancel':
      return { state: 'cancelled' };
    case 'lapse':
      if (now < request.lapsesAt) throw new AppError('wrong-state', 'This request has not lapsed yet.');
      return { state: 'lapsed' };
    case 'decide':
      return decide(request, act.decision, act.revision, now);
    case 'amend':
      if (now >= request.lapsesAt) throw new AppError('wrong-state', 'This request has lapsed; ask again.');
      return { state: 'pending', revision: request.revision + 1, decisions: [] };
    default:
      return act satisfies never;
  }
}

function checkRight(request: RequestFacts, act: RequestAct): void {
  switch (act.kind) {
    case 'cancel':
    case 'amend':
      if (act.by !== request.requesterId)
        throw new AppError('not-allowed', `Only the person who asked can ${act.kind} a request.`);
      return;
    case 'decide':
      if (act.decision.approver.id === request.requesterId) {
        throw new AppError('own-request', 'You cannot decide your own request; somebody else has to.');
      }
      if (act.decision.onBehalfOf?.id === request.requesterId) {
        throw new AppError('own-request', 'You cannot decide this in the place of the person who asked for it.');
      }
      if (!request.requirements.some((r) => r.groups.some((g) => act.decision.groups.includes(g)))) {
        throw new AppError('not-allowed', 'You are not among the approvers of this request.');
      }
      return;
    case 'lapse':
      return;
    default:
      act satisfies never;
  }
}

function decide(request: RequestFacts, decision: Decision, revision: number, now: number): RequestOutcome {
  if (revision !== request.revision)
    throw new AppError('wrong-state', 'This request was changed; look at it again before you decide.');
  if (now >= request.lapsesAt)
    throw new AppError('wrong-state', 'This request has lapsed; ask the requester to ask again.');
  refuseSecondWord(request.decisions, decision);
  if (decision.verdict === 'deny' && decision.reason.trim() === '') {
    throw new AppError('invalid-input', 'Say why you deny it; the requester sees the reason.', { field: 'reason' });
  }
  if (decision.durationSeconds !== undefined && decision.durationSeconds > request.durationSeconds) {
    throw new AppError('invalid-input', 'You can approve less than was asked for, not more.', {
      field: 'durationSeconds',
    });
  }
  const decisions = [...request.decisions, decision];
  if (decision.verdict === 'deny') return { state: 'denied', decisions };
  const approvals = decisions.filter((d) => d.verdict === 'approve');
  const progress = approvalProgress(
    request.requirements,
    approvals.map((d) => ({ id: d.approver.id, groups: d.groups })),
  );
  if (!progress.met) return { state: 'pending', revision, decisions };
  const durationSeconds = Math.min(
    request.durationSeconds,
    ...approvals.map((d) => d.durationSeconds ?? request.durationSeconds),
  );
  return { state: 'approved', decisions, durationSeconds };
}

function refuseSecondWord(decisions: readonly Decision[], { approver, onBehalfOf }: Decision): void {
  if (decisions.some((d) => d.approver.id === approver.id))
    throw new AppError('already-decided', 'You have already decided this request.');
  if (hasSpoken(decisions, approver.id))
    throw new AppError('already-decided', 'Somebody has already decided this request in your place.');
  if (onBehalfOf && hasSpoken(decisions, onBehalfOf.id))
    throw new AppError('already-decided', `The word of ${onBehalfOf.name} on this request has already been said.`);
}
