import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extensionsLeft, findGrant, lockGrantRow } from '../../../backend/grants/load.ts';
import { findRequest } from '../../../backend/requests/load.ts';
import { type Database, openDatabase } from '../../../backend/storage/database.ts';
import { migrate } from '../../../backend/storage/migrate.ts';
import { migrations } from '../../../backend/storage/migrations/index.ts';
import { grantSchema } from '../../../protocol/model/grant.ts';
import { accessRequestSchema } from '../../../protocol/model/request.ts';
import { servers } from './databases.ts';

/** What a backend of the first two migrations wrote: a request that waits with one approval, and one that gave a grant. */
const RELEASED = `
insert into people values ('per_erin000000', 'i', 'erin', 'e@x', 'Erin', '{engineering}', 0, 0), ('per_dana000000', 'i', 'dana', 'd@x', 'Dana', '{dba}', 0, 0);
insert into requests values
  ('req_waits00000', 'per_erin000000', '{"name":"web-1","description":"","labels":{}}', 'deploy', 'r', 60, 'x', '', 'pending', 1, 9, null,
   '[{"groups":["dba"],"count":1},{"groups":["security"],"count":1}]', '{dba,security}', '{"shell":true,"exec":true,"sftp":false}'),
  ('req_given00000', 'per_erin000000', '{"name":"web-1","description":"","labels":{}}', 'deploy', 'r', 60, 'x', '', 'approved', 1, 9, 2,
   '[{"groups":["dba"],"count":1}]', '{dba}', '{"shell":true,"exec":true,"sftp":false}');
insert into decisions values
  ('dec_waits00000', 'req_waits00000', 'per_dana000000', '{dba}', 'approve', '', null, 2),
  ('dec_given00000', 'req_given00000', 'per_dana000000', '{dba}', 'approve', '', null, 2);
insert into grants values
  ('gra_given00000', 'req_given00000', 'per_erin000000', '{"name":"web-1","description":"","labels":{}}', 'deploy', 'r',
   '{"shell":true,"exec":true,"sftp":false}', '{dba}', 2, 1000, null, null, null, '');
`;

describe.each(servers)('a released database on $name', ({ missing, start }) => {
  if (missing) {
    test.skip(`not tested: ${missing}`);
    return;
  }
  let server: Awaited<ReturnType<typeof start>>;
  let own: pg.Pool;
  let database: Database;
  beforeAll(async () => {
    server = await start();
    const { address } = server;
    const where = 'url' in address ? { connectionString: address.url } : { ...address, host: address.socketFolder };
    own = new pg.Pool({ ...where, options: '-c search_path=released' }).on('error', () => undefined);
    await own.query('create schema released');
    await migrate(own, migrations.slice(0, 2));
    await own.query(RELEASED);
    await migrate(own);
    database = await openDatabase(address, { connections: 1 });
    await sql`set search_path = released`.execute(database.db);
  });
  afterAll(async () => {
    await own.end();
    await database.dispose();
    await server.dispose();
  });

  test('keeps the approval that a waiting request has, as one of its first revision', async () => {
    const request = await findRequest(database.db, 'req_waits00000');
    expect(accessRequestSchema.parse(request?.view)).toMatchObject({
      ...{ revision: 1, batchId: null, extendsGrantId: null, startsAt: null, endsWithSession: false },
      target: { via: 'gateway' },
      needs: [{ have: 1 }, { have: 0 }],
      decisions: [{ id: 'dec_waits00000', onBehalfOf: null }],
    });
    expect(request?.limits).toEqual({ shell: true, exec: true, sftp: false, forward: false });
  });

  test('gives what was given before no more than it was: no forwarding, no draining, no more time', async () => {
    const grant = await findGrant(database.db, 'gra_given00000', 500);
    expect(grantSchema.parse(grant)).toMatchObject({
      ...{ status: { state: 'live' }, endsAt: 1000, drainSeconds: 0, endsWithSession: false, extension: null },
      ...{ limits: { shell: true, exec: true, sftp: false, forward: false }, target: { via: 'gateway' } },
    });
    const row = await database.inTransaction((tx) => lockGrantRow(tx.db, 'gra_given00000', 500));
    expect(row && extensionsLeft(row)).toBe(0);
    expect(row?.startAnnounced).toBe(true);
  });

  test('takes one word of a person on a revision, and another on the next', async () => {
    const word = (id: string, revision: number) =>
      own.query(`insert into decisions (id, request_id, revision, approver_id, groups, verdict, reason, at)
        values ('${id}', 'req_waits00000', ${revision}, 'per_dana000000', '{dba}', 'approve', '', 3)`);
    await expect(word('dec_second0000', 1)).rejects.toThrow(/decisions_one_word/);
    await word('dec_next000000', 2);
  });
});
