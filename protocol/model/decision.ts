import { z } from 'zod';
import { decisionIdSchema, momentSchema, personRefSchema } from './identity.ts';

export const verdictSchema = z.enum(['approve', 'deny']);
export type Verdict = z.infer<typeof verdictSchema>;

/** One approver's word on a request. Groups are those the approver had when they decided. */
export const decisionSchema = z.object({
  id: decisionIdSchema,
  approver: personRefSchema,
  groups: z.array(z.string()),
  verdict: verdictSchema,
  reason: z.string(),
  /** The absent approver in whose place it was said, whose groups these are; null for one's own word. */
  onBehalfOf: personRefSchema.nullable().default(null),
  /** Approve less: the longest the grant may last, in seconds. */
  durationSeconds: z.number().int().positive().optional(),
  at: momentSchema,
});
export type Decision = z.infer<typeof decisionSchema>;

/**
 * Whether somebody's voice is used up: they decided, in whichever name, or somebody decided in theirs. Each person counts
 * once on a request, so that an absent approver and their stand-in are never two.
 */
export function hasSpoken(decisions: readonly Decision[], personId: string): boolean {
  return decisions.some((d) => d.approver.id === personId || d.onBehalfOf?.id === personId);
}
