import { transition } from '../../protocol/model/request.ts';
import { appendAudit } from '../audit/append.ts';
import { lockRequest } from './load.ts';
import type { RequestServices } from './requests.ts';
import { announce, writeOutcome } from './write.ts';

type Services = Pick<RequestServices, 'database' | 'clock' | 'policy'>;

/** Lets the requests lapse whose time has come. Safe to run at any time and on several nodes. */
export async function lapseDue({ database, clock, policy }: Services): Promise<void> {
  const due = await database.db
    .selectFrom('requests')
    .select('id')
    .where('state', '=', 'pending')
    .where('lapses_at', '<=', clock.now())
    .execute();
  for (const { id } of due) {
    await database.inTransaction(async (tx) => {
      const request = await lockRequest(tx.db, id);
      if (request?.facts.state !== 'pending') return;
      const now = clock.now();
      await writeOutcome(tx, request, transition(request.facts, { kind: 'lapse' }, now), now);
      const message = `Nobody decided the request of ${request.view.requester.name} in time.`;
      appendAudit(tx, { at: now, kind: 'request.lapsed', actor: 'backend', subject: id, message });
      await announce(tx, id, now, policy());
    });
  }
}

/** When the next pending request lapses: epoch ms, or undefined. */
export async function nextLapse({ database }: Pick<Services, 'database'>): Promise<number | undefined> {
  const row = await database.db
    .selectFrom('requests')
    .select((eb) => eb.fn.min('lapses_at').as('at'))
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return row?.at ?? undefined;
}
