import { AppError } from '../../protocol/errors.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import { peopleInGroups } from '../storage/people.ts';
import { publish, type Tx } from '../storage/transaction.ts';
import { findGrant } from './load.ts';

/** Tells everybody concerned what the grant is now: its holder and those who may revoke it. */
export async function announceGrant(tx: Tx, id: string, at: number, adminGroups: readonly string[]): Promise<Grant> {
  const grant = await findGrant(tx.db, id, at);
  if (!grant) throw new AppError('internal', 'A grant vanished while it was written.');
  const enders = await peopleInGroups(tx.db, [...grant.approverGroups, ...adminGroups]);
  publish(tx, { kind: 'grant-changed', at, grant }, [grant.requester.id, ...enders.map((p) => p.id)]);
  return grant;
}
