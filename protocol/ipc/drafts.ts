import { z } from 'zod';

/** What stands in the form of an ask, as typed: nothing of it is checked before it is sent. */
export const askDraftSchema = z.strictObject({
  login: z.string().max(100),
  role: z.string().max(100),
  duration: z.string().max(100),
  reason: z.string().max(2000),
  ticket: z.string().max(200),
  /** '' at approval; else a local time as a datetime-local field has it, "2026-11-21T09:00". */
  begins: z.string().max(40),
  endsWithSession: z.boolean(),
  openTerminal: z.boolean(),
  /** A link filled it in: the form says so until it is sent. */
  byLink: z.boolean(),
});
export type AskDraft = z.infer<typeof askDraftSchema>;

/** What an approver is doing with a card: nothing yet, choosing a length, or saying why not. */
export const decisionDraftSchema = z.strictObject({
  open: z.enum(['approve', 'deny']).nullable(),
  duration: z.string().max(100).nullable(),
  note: z.string().max(2000),
  denial: z.string().max(2000),
});
export type DecisionDraft = z.infer<typeof decisionDraftSchema>;

/** Forms that were not sent yet. Main keeps them in memory while the popover is gone, for the person who wrote them. */
export const draftsSchema = z.strictObject({
  /** By what is asked for: names of targets, or the request that is changed. */
  asks: z.record(z.string().max(2000), askDraftSchema),
  /** By request or grant. */
  decisions: z.record(z.string().max(100), decisionDraftSchema),
});
export type Drafts = z.infer<typeof draftsSchema>;
