import { z } from 'zod';
import { AppError } from '../errors.ts';
import { grantIdSchema, momentSchema, personRefSchema, requestIdSchema } from './identity.ts';
import { loginSchema, targetSchema } from './target.ts';

export const endReasonSchema = z.enum(['expired', 'revoked', 'released', 'killed']);
export type EndReason = z.infer<typeof endReasonSchema>;

/*
 *  scheduled ──► live ──► ended (expired | revoked | released | killed)
 *      └──────────────────► ended
 *  The clock starts at approval or at the scheduled start, never at the request.
 */
export const grantStatusSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('scheduled') }),
  z.object({ state: z.literal('live') }),
  z.object({
    state: z.literal('ended'),
    reason: endReasonSchema,
    endedAt: momentSchema,
    /** Who ended it; null when time did. */
    by: personRefSchema.nullable(),
    note: z.string(),
  }),
]);
export type GrantStatus = z.infer<typeof grantStatusSchema>;

/** What a session of the grant may do. */
export const sessionLimitsSchema = z.strictObject({
  shell: z.boolean().default(true),
  exec: z.boolean().default(true),
  sftp: z.boolean().default(true),
  /** Connections onward from the target (`ssh -L`, `-D`, `-W`, VS Code Remote). */
  forward: z.boolean().default(false),
});
export type SessionLimits = z.infer<typeof sessionLimitsSchema>;

/** Given: a request that was approved, with a clock. */
export const grantSchema = z.object({
  id: grantIdSchema,
  requestId: requestIdSchema,
  requester: personRefSchema,
  target: targetSchema,
  login: loginSchema,
  role: z.string(),
  limits: z.object(sessionLimitsSchema.shape),
  /** Members of these groups may revoke it: those that could approve it. */
  approverGroups: z.array(z.string()),
  startsAt: momentSchema,
  /** From here on nothing new is opened with it. */
  endsAt: momentSchema,
  /** How long what is open at `endsAt` may go on before it is cut, seconds; 0 cuts at once. */
  drainSeconds: z.number().int().nonnegative().default(0),
  /** Released when its last session closes. */
  endsWithSession: z.boolean().default(false),
  /** What the app does with its sessions when the person's screen is locked. */
  onScreenLock: z.enum(['keep', 'end']).default('keep'),
  /** How it may be made longer; null when policy does not let it. The backend decides again when asked. */
  extension: z
    .object({ maxSeconds: z.number().int().positive(), left: z.number().int().positive() })
    .nullable()
    .default(null),
  status: grantStatusSchema,
});
export type Grant = z.infer<typeof grantSchema>;

/** Whether a grant may be used at this moment. Asked at every use, never remembered. */
export function isLive(grant: Pick<Grant, 'status' | 'startsAt' | 'endsAt'>, now: number): boolean {
  return grant.status.state !== 'ended' && now >= grant.startsAt && now < grant.endsAt;
}

/**
 * The same question in an app, whose reckoning of the backend's clock runs a little behind: that a grant has begun is the
 * backend's word, so that a fresh one is not taken for a scheduled one; that it is over, the app sees for itself.
 */
export function isLiveInApp(grant: Pick<Grant, 'status' | 'endsAt'>, now: number): boolean {
  return grant.status.state === 'live' && now < grant.endsAt;
}

/** When whatever is still open with it is cut: `endsAt`, or later where policy lets sessions drain. Epoch ms. */
export function cutsAt(grant: Pick<Grant, 'endsAt' | 'drainSeconds'>): number {
  return grant.endsAt + grant.drainSeconds * 1000;
}

/** Whether bytes of an open session may still pass. Whether a new one may be opened is `isLive`. */
export function mayPass(grant: Pick<Grant, 'status' | 'startsAt' | 'endsAt' | 'drainSeconds'>, now: number): boolean {
  return grant.status.state !== 'ended' && now >= grant.startsAt && now < cutsAt(grant);
}

/** How a grant is ended by a person or by time. */
export type GrantEnd =
  | { reason: 'expired' }
  | { reason: 'released'; by: string }
  | { reason: 'revoked' | 'killed'; by: string; mayEnd: boolean };

/**
 * The one place where a grant ends. Pure; returns the reason to write down.
 * @throws AppError 'wrong-state' when it has ended or not expired yet, 'not-allowed' for somebody without the right
 */
export function endGrant(
  grant: Pick<Grant, 'status' | 'endsAt' | 'drainSeconds' | 'requester'>,
  end: GrantEnd,
  now: number,
): EndReason {
  if (grant.status.state === 'ended')
    throw new AppError('wrong-state', `This access has already ended (${grant.status.reason}).`);
  // Nobody ends what time has ended: the log must not say "revoked" of a grant that ran out.
  if (end.reason !== 'expired' && now >= cutsAt(grant))
    throw new AppError('wrong-state', 'This access has already ended (expired).');
  switch (end.reason) {
    case 'expired':
      if (now < cutsAt(grant)) throw new AppError('wrong-state', 'This access has not expired yet.');
      return 'expired';
    case 'released':
      if (end.by !== grant.requester.id)
        throw new AppError('not-allowed', 'Only the person who holds this access can release it.');
      return 'released';
    case 'revoked':
    case 'killed':
      if (!end.mayEnd) throw new AppError('not-allowed', 'Only an approver of this access or an admin can revoke it.');
      return end.reason;
    default:
      return end satisfies never;
  }
}

/** "access ended 14:05: expired" in words for the person whose session is cut. */
export function endSentence(reason: EndReason, by?: string | null): string {
  switch (reason) {
    case 'expired':
      return 'its time is over';
    case 'revoked':
      return by ? `revoked by ${by}` : 'it was revoked';
    case 'released':
      return 'you released it';
    case 'killed':
      return by ? `killed by ${by}` : 'it was killed';
    default:
      return reason satisfies never;
  }
}
