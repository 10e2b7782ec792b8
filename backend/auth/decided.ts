import type { Tx } from '../storage/transaction.ts';
import { type Outcome, orThrow } from './refusal.ts';
import { letGo, type SignInParts } from './sign-ins.ts';

/** A sign-in that a transaction ended, with what was kept of the provider. */
export interface Ended {
  signInId: string;
  sealed: Buffer | null;
}

/** Runs one transaction, then lets go of the sign-ins that it ended, then throws what it refused. */
export async function decided<T>(parts: SignInParts, act: (tx: Tx, ended: Ended[]) => Promise<Outcome<T>>): Promise<T> {
  const ended: Ended[] = [];
  const outcome = await parts.database.inTransaction((tx) => {
    ended.length = 0;
    return act(tx, ended);
  });
  for (const { signInId, sealed } of ended) letGo(parts, signInId, sealed);
  return orThrow(outcome);
}
