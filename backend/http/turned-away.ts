import type { RouteName } from '../../protocol/api/routes.ts';
import type { AppError } from '../../protocol/errors.ts';
import type { AuditKind } from '../../protocol/model/audit.ts';
import type { Clock } from '../../protocol/time.ts';
import { writeRefusal } from '../audit/refusals.ts';
import type { Database } from '../storage/database.ts';
import type { Caller } from './handlers.ts';

/** How the refusal of a route is written down; null for those that do nothing and show only one's own. */
const REFUSED_AS: Record<RouteName, Extract<AuditKind, `${string}refused`> | null> = {
  'org.show': null,
  'auth.token': null,
  'auth.signOut': null,
  'overview.show': null,
  'requests.dryRun': null,
  'requests.create': 'request.refused',
  'requests.show': 'access.refused',
  'requests.cancel': 'request.refused',
  'requests.decide': 'decision.refused',
  'requests.createBatch': 'request.refused',
  'requests.amend': 'request.refused',
  'requests.facts': 'access.refused',
  'requests.decideMany': 'decision.refused',
  'delegation.set': 'delegation.refused',
  'delegation.end': 'delegation.refused',
  'grants.certificate': 'certificate.refused',
  'grants.release': 'grant.end-refused',
  'grants.extend': 'request.refused',
  'grants.revoke': 'grant.end-refused',
  'audit.list': 'access.refused',
};

/** Audits calls that never reached their service: bad input, a missing duty. What reached it, it audits itself. */
export function auditTurnedAway(database: Database, clock: Clock) {
  return async (name: RouteName, caller: Caller, subject: string, error: AppError): Promise<void> => {
    const kind = REFUSED_AS[name];
    // Who calls too often would fill the log with it.
    if (kind === null || error.code === 'too-many-requests') return;
    const details = { call: name, field: error.field ?? '' };
    await writeRefusal(database, clock, { kind, actor: caller.person, subject, details }, error);
  };
}
