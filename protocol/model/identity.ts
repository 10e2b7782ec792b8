import { z } from 'zod';

/** Opaque id with a prefix that names its kind, e.g. `req_01hx…`. */
const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[a-z0-9]{10,40}$`), `must be a ${prefix}_ id`);

export const personIdSchema = id('per');
export const requestIdSchema = id('req');
export const decisionIdSchema = id('dec');
export const grantIdSchema = id('gra');
export const sessionIdSchema = id('ses');
export const batchIdSchema = id('bat');
export type PersonId = z.infer<typeof personIdSchema>;
export type RequestId = z.infer<typeof requestIdSchema>;
export type GrantId = z.infer<typeof grantIdSchema>;
export type SessionId = z.infer<typeof sessionIdSchema>;

/** Moments cross every boundary as epoch milliseconds of the backend's clock. */
export const momentSchema = z.number().int().nonnegative();

/** A person as others may see them. */
export const personRefSchema = z.object({ id: personIdSchema, name: z.string(), email: z.string() });
export type PersonRef = z.infer<typeof personRefSchema>;

/** What a person may do beyond asking. One person may be several; nobody is ever approver of their own request. */
export const dutySchema = z.enum(['requester', 'approver', 'auditor', 'admin']);
export type Duty = z.infer<typeof dutySchema>;

/** A person whose place somebody takes as an approver while they are away, and the groups that come with it. */
export const standInSchema = z.object({
  person: personRefSchema,
  groups: z.array(z.string()),
  until: momentSchema,
});
export type StandIn = z.infer<typeof standInSchema>;

/** The signed-in person, with the groups their identity provider gave at the last refresh. */
export const personSchema = personRefSchema.extend({
  groups: z.array(z.string()),
  duties: z.array(dutySchema),
  /** Absent approvers this person may decide for now. Their groups count for deciding only, never for asking. */
  standsInFor: z.array(standInSchema).default([]),
});
export type Person = z.infer<typeof personSchema>;
