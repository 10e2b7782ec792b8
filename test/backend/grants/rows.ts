import type { Database } from '../../../backend/storage/database.ts';
import type { Clock } from '../../../protocol/time.ts';

export const erin = 'per_erin000000';
let made = 0;

/** The holder of all grants of `insertGrant`. */
export async function insertErin(database: Database): Promise<void> {
  await database.db
    .insertInto('people')
    .values({
      id: erin,
      name: 'Erin',
      email: 'e@x',
      groups: [],
      issuer: 'i',
      subject: 's',
      created_at: 0,
      last_seen: 0,
    })
    .execute();
}

export interface Changes {
  drainSeconds?: number;
  endsWithSession?: boolean;
  via?: 'gateway' | 'direct';
}

/** A grant with one certificate, straight into the tables. */
export async function insertGrant(
  { db }: Database,
  clock: Clock,
  startsInMs: number,
  endsInMs: number,
  { drainSeconds = 0, endsWithSession = false, via = 'gateway' }: Changes = {},
): Promise<{ id: string; serial: string }> {
  const number = String(++made).padStart(10, '0');
  const [id, request_id, serial] = [`gra_${number}`, `req_${number}`, number];
  const now = clock.now();
  const target = JSON.stringify({ name: 'web-1', description: '', labels: {}, via });
  const terms = JSON.stringify({ drainSeconds, onScreenLock: 'keep', maxSeconds: 3600, maxExtensions: 3 });
  const limits = JSON.stringify({ shell: true, exec: true, sftp: true, forward: false });
  const same = { requester_id: erin, target, login: 'deploy', role: 'r', limits, approver_groups: ['dba'], terms };
  await db
    .insertInto('requests')
    .values({
      ...same,
      id: request_id,
      duration_seconds: 1,
      reason: '',
      ticket: '',
      state: 'approved',
      created_at: now,
      lapses_at: now,
      closed_at: now,
      requirements: '[]',
      batch_id: null,
      extends_grant_id: null,
      starts_at: null,
    })
    .execute();
  await db
    .insertInto('grants')
    .values({
      ...same,
      id,
      request_id,
      starts_at: now + startsInMs,
      ends_at: now + endsInMs,
      ended_at: null,
      end_reason: null,
      ended_by: null,
      end_note: '',
      ends_with_session: endsWithSession,
      start_announced_at: startsInMs > 0 ? null : now,
    })
    .execute();
  await db
    .insertInto('certificates')
    .values({
      serial,
      grant_id: id,
      person_id: erin,
      key_id: 'k',
      fingerprint: 'f',
      principal: 'deploy@web-1',
      valid_after: 0,
      valid_before: 1,
      issued_at: 0,
    })
    .execute();
  return { id, serial };
}
