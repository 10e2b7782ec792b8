import { z } from 'zod';
import { durationInWords } from '../time.ts';
import { type ApprovalRequirement, approvalRequirementSchema } from './approval.ts';
import { sessionLimitsSchema } from './grant.ts';
import type { Person } from './identity.ts';
import { loginSchema, type Target, targetNameSchema } from './target.ts';

/** "90s", "15m", "1h", "1h30m" → seconds. */
export const durationSchema = z
  .string()
  .regex(/^(?=.)(\d+h)?(\d+m)?(\d+s)?$/, 'must be a length of time such as "15m", "1h" or "1h30m"')
  .transform((text) => {
    const part = (unit: string): number => Number(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? 0);
    return part('h') * 3600 + part('m') * 60 + part('s');
  })
  .refine((seconds) => seconds > 0, 'must be longer than nothing');

const groupsSchema = z.array(z.string().min(1)).min(1);
const labelSelectorSchema = z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]));

/** How a target is reached. Kept from ordinary people: only the gateway dials it, and the app where `via` is direct. */
export const policyTargetSchema = z.strictObject({
  name: targetNameSchema,
  description: z.string().default(''),
  address: z.string().min(1),
  port: z.number().int().min(1).max(65535).default(22),
  labels: z.record(z.string(), z.string()).default({}),
  via: z.enum(['gateway', 'direct']).default('gateway'),
  /** Public key lines ("ssh-ed25519 AAAA…") the target may answer with. Any other is refused. */
  hostKeys: z
    .array(
      z
        .string()
        .regex(/^(ssh-|ecdsa-)[a-z0-9@.-]+ [A-Za-z0-9+/=]+/, 'must be a public key line such as "ssh-ed25519 AAAA…"'),
    )
    .min(1),
});
export type PolicyTarget = z.infer<typeof policyTargetSchema>;

export const roleSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens'),
  description: z.string().default(''),
  requesters: z.strictObject({ groups: groupsSchema }),
  targets: z.strictObject({ labels: labelSelectorSchema.default({}), names: z.array(targetNameSchema).default([]) }),
  logins: z.array(loginSchema).min(1),
  maxDuration: durationSchema,
  reason: z.enum(['required', 'optional']).default('required'),
  ticket: z.enum(['required', 'optional', 'none']).default('none'),
  /** How long a request may wait for a decision. */
  lapsesAfter: durationSchema.default(3600),
  approvals: z.array(approvalRequirementSchema).min(1),
  session: sessionLimitsSchema.default({ shell: true, exec: true, sftp: true, forward: false }),
  /** What becomes of open sessions at the end: cut at once ("cut"), or after so long ("5m"); nothing new is opened then. */
  drain: z.union([z.literal('cut').transform(() => 0), durationSchema]).default(0),
  /** How often access may be made longer while it lives, each time by at most `maxDuration`, with the same approvals. */
  maxExtensions: z.number().int().min(0).max(100).default(3),
  /** Whether the app ends sessions when the person locks the screen. */
  onScreenLock: z.enum(['keep', 'end']).default('keep'),
});
export type Role = z.infer<typeof roleSchema>;

export const policySchema = z
  .strictObject({
    version: z.literal(1),
    duties: z
      .strictObject({ auditors: z.array(z.string()).default([]), admins: z.array(z.string()).default([]) })
      .default({ auditors: [], admins: [] }),
    /** Who may take an absent approver's place, if that approver asks them to. Nobody where it is not said. */
    standIns: z.strictObject({ groups: groupsSchema }).nullable().default(null),
    /** How long the gateway lets sessions go on without a word of the rest of the backend. Seconds. */
    gatewayGrace: durationSchema
      .refine((seconds) => seconds >= 30 && seconds <= 900, 'must be from 30s to 15m')
      .default(60),
    targets: z.array(policyTargetSchema),
    roles: z.array(roleSchema),
  })
  .superRefine((policy, context) => {
    for (const list of ['targets', 'roles'] as const) {
      const seen = new Set<string>();
      policy[list].forEach((entry, index) => {
        if (seen.has(entry.name))
          context.addIssue({ code: 'custom', path: [list, index, 'name'], message: `"${entry.name}" is named twice` });
        seen.add(entry.name);
      });
    }
    const names = new Set(policy.targets.map((t) => t.name));
    policy.roles.forEach((role, r) => {
      role.targets.names.forEach((name, n) => {
        if (!names.has(name))
          context.addIssue({
            code: 'custom',
            path: ['roles', r, 'targets', 'names', n],
            message: `there is no target "${name}"`,
          });
      });
      if (role.targets.names.length === 0 && Object.keys(role.targets.labels).length === 0) {
        context.addIssue({
          code: 'custom',
          path: ['roles', r, 'targets'],
          message: 'must choose targets by names or labels',
        });
      }
      const direct = policy.targets.find((target) => target.via === 'direct' && roleCovers(role, target));
      if (direct && !(role.session.shell && role.session.exec && role.session.sftp)) {
        context.addIssue({
          code: 'custom',
          path: ['roles', r, 'session'],
          message: `cannot limit sessions on "${direct.name}", which is reached directly: nobody would enforce it`,
        });
      }
      if (direct && role.drain > 0) {
        context.addIssue({
          code: 'custom',
          path: ['roles', r, 'drain'],
          message: `must be "cut" for "${direct.name}", which is reached directly: no gateway keeps new sessions out while old ones drain. Leave it out, or give that target a role of its own`,
        });
      }
    });
  });
export type Policy = z.infer<typeof policySchema>;

/** Whether a role covers a target: named, or every label asked for has one of the wanted values. */
export function roleCovers(role: Role, target: Pick<PolicyTarget, 'name' | 'labels'>): boolean {
  if (role.targets.names.includes(target.name)) return true;
  const wanted = Object.entries(role.targets.labels);
  return (
    wanted.length > 0 &&
    wanted.every(([label, value]) => {
      const has = target.labels[label];
      return has !== undefined && (Array.isArray(value) ? value.includes(has) : value === has);
    })
  );
}

/** Whether a person may ask for what a role gives. */
export function mayRequest(role: Role, person: Pick<Person, 'groups'>): boolean {
  return role.requesters.groups.some((g) => person.groups.includes(g));
}

/** Whether a person is among those a role's approvals name. Says nothing of their own requests: `transition` does. */
export function mayApprove(role: Pick<Role, 'approvals'>, person: Pick<Person, 'groups'>): boolean {
  return role.approvals.some((a) => a.groups.some((g) => person.groups.includes(g)));
}

/** Whether policy lets a person take an absent approver's place, if that approver asks them to. */
export function mayStandIn(policy: Pick<Policy, 'standIns'>, person: Pick<Person, 'groups'>): boolean {
  return policy.standIns?.groups.some((g) => person.groups.includes(g)) ?? false;
}

/** All groups that approvals name. */
export function groupsOf(requirements: readonly ApprovalRequirement[]): string[] {
  return [...new Set(requirements.flatMap((r) => r.groups))];
}

export interface Ask {
  target: string;
  login: string;
  role?: string | undefined;
  durationSeconds: number;
  reason: string;
  ticket: string;
  /** When it shall begin, epoch ms; null at approval. */
  startsAt: number | null;
  endsWithSession: boolean;
}

/** How far ahead access may be asked for. Milliseconds. */
export const MOST_AHEAD_MS = 30 * 24 * 3_600_000;
/** A start may lie this far back: the form was filled in a moment ago, by another clock. Milliseconds. */
const START_SLACK_MS = 60_000;

/** What policy says to an ask. A refusal names the rule and what would be allowed. */
export type Evaluation =
  | { allowed: true; role: Role; target: PolicyTarget }
  | { allowed: false; code: 'not-allowed' | 'invalid-input' | 'not-found'; field: string; message: string };

/**
 * Decides whether a person may ask for this at this moment (epoch ms). Pure. With several roles that would do, the first
 * that allows it wins; a target nobody may ask for looks the same as one that does not exist.
 */
export function evaluate(policy: Policy, person: Pick<Person, 'groups'>, ask: Ask, now: number): Evaluation {
  const target = policy.targets.find((t) => t.name === ask.target);
  const roles = target ? policy.roles.filter((r) => mayRequest(r, person) && roleCovers(r, target)) : [];
  if (!target || roles.length === 0) {
    return {
      allowed: false,
      code: 'not-found',
      field: 'target',
      message: `There is no target "${ask.target}" that you may ask for.`,
    };
  }
  const named = ask.role === undefined ? roles : roles.filter((r) => r.name === ask.role);
  if (named.length === 0) {
    return {
      allowed: false,
      code: 'not-allowed',
      field: 'role',
      message: `The role "${ask.role}" does not give you ${target.name}.`,
    };
  }
  const withLogin = named.filter((r) => r.logins.includes(ask.login));
  if (withLogin.length === 0) {
    const logins = [...new Set(named.flatMap((r) => r.logins))].join(', ');
    return {
      allowed: false,
      code: 'not-allowed',
      field: 'login',
      message: `You may not ask for the login "${ask.login}" on ${target.name}; you may ask for ${logins}.`,
    };
  }
  const refusals = withLogin.map((role) => refuseDetails(role, ask, now));
  const allowed = withLogin[refusals.indexOf(undefined)];
  if (allowed) return { allowed: true, role: allowed, target };
  return refusals[0] ?? { allowed: false, code: 'not-allowed', field: 'role', message: 'No role allows this.' };
}

function refuseDetails(role: Role, ask: Ask, now: number): Extract<Evaluation, { allowed: false }> | undefined {
  const refuse = (field: string, message: string) =>
    ({ allowed: false, code: 'invalid-input', field, message }) as const;
  if (ask.durationSeconds > role.maxDuration) {
    return refuse(
      'durationSeconds',
      `The role ${role.name} gives at most ${durationInWords(role.maxDuration * 1000)}.`,
    );
  }
  if (role.reason === 'required' && ask.reason.trim() === '')
    return refuse('reason', `The role ${role.name} wants a reason.`);
  if (role.ticket === 'required' && ask.ticket.trim() === '')
    return refuse('ticket', `The role ${role.name} wants a ticket.`);
  if (ask.startsAt !== null && ask.startsAt < now - START_SLACK_MS)
    return refuse('startsAt', 'The start lies in the past; choose a later one, or none to begin at approval.');
  if (ask.startsAt !== null && ask.startsAt > now + MOST_AHEAD_MS)
    return refuse('startsAt', 'Access can begin 30 days ahead at most.');
  return undefined;
}

/** What a target looks like to people: without its address and keys. */
export function publicTarget(target: PolicyTarget): Target {
  return { name: target.name, description: target.description, labels: target.labels, via: target.via };
}
