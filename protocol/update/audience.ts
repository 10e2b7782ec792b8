import { z } from 'zod';

/**
 * The backend of an address as a feed names it: scheme, host and, if it is not the usual one, port.
 * @returns undefined for what is no http(s) address
 */
export function originOf(address: string): string | undefined {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  return new URL(address).origin;
}

/** For whose apps a feed is: the addresses of one backend, each in the one way that `originOf` writes it. */
export const audienceSchema = z
  .array(
    z
      .string()
      .max(300)
      .refine((text) => originOf(text) === text, 'must be the address of a backend alone'),
  )
  .min(1)
  .max(10);

/** Whether a feed is for the apps that follow this address. */
export function isFor(audience: readonly string[], backend: string): boolean {
  const origin = originOf(backend);
  return origin !== undefined && audience.includes(origin);
}
