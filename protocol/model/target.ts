import { z } from 'zod';

/** A name that is safe in certificates, host aliases and file names. */
export const targetNameSchema = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/,
    'must be lower-case letters, digits, dots and hyphens, 1 to 63 of them',
  );
/** POSIX account name, as useradd accepts it. */
export const loginSchema = z
  .string()
  .regex(
    /^[a-z_][a-z0-9_.-]{0,31}$/,
    'must be an account name: lower-case letters, digits, "_", "." or "-", at most 32',
  );

/** User name to give to ssh: the login on the target itself, `login@target` at the gateway. ssh expands `%` and `${…}` in it. */
export const sshUsernameSchema = z
  .string()
  .max(96)
  .regex(
    /^[a-z_][a-z0-9_.-]{0,31}(@[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?)?$/,
    'must be an account name, or one at a target',
  );

/** A host that can be reached, as people see it. Its address and host keys stay with the backend. */
export const targetSchema = z.object({
  name: targetNameSchema,
  description: z.string(),
  labels: z.record(z.string(), z.string()),
  /** How sessions reach it. 'direct': there is no gateway in between, so only the app can cut them. */
  via: z.enum(['gateway', 'direct']).default('gateway'),
});
export type Target = z.infer<typeof targetSchema>;

/** `login@target`: the user name at the gateway and the principal of the certificate that opens it. */
export function gatewayPrincipal(login: string, target: string): string {
  return `${login}@${target}`;
}
