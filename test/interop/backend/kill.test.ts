import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackendEvent } from '../../../protocol/events.ts';
import type { AuditEntry } from '../../../protocol/model/audit.ts';
import { signIn, type TestClient } from '../../support/backend.ts';
import { removeFolder } from '../../support/folder.ts';
import { type BackendProcess, startDemoProcess } from './backend-process.ts';

let folder: string;
let backend: BackendProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-kill-'));
  backend = await startDemoProcess(folder);
});
afterAll(async () => {
  await backend.end('SIGTERM');
  await removeFolder(folder);
});

/** What the backend said it had done. */
interface Acknowledged {
  asked: string[];
  cancelled: string[];
  /** Request ids of decisions that it refused: each refusal is an audit entry. */
  refused: string[];
}

/** Acts as fast as it can until the backend is gone. */
async function writeUntilGone(person: TestClient, done: Acknowledged): Promise<void> {
  const body = { target: 'billing-app', login: await loginOf(person), durationSeconds: 60, reason: 'x' };
  for (;;) {
    try {
      const nothing = `req_${randomBytes(8).toString('hex')}`;
      if (
        (await person.refusal('requests.decide', {
          params: { id: nothing },
          body: { verdict: 'approve', revision: 1 },
        })) === 'not-found'
      )
        done.refused.push(nothing);
      const { id } = await person.call('requests.create', { body });
      done.asked.push(id);
      await person.call('requests.cancel', { params: { id } });
      done.cancelled.push(id);
    } catch (error) {
      // Asked too often: the refusals go on. Anything that is no answer is the end.
      if ((error as { code?: string }).code !== 'too-many-requests') return;
    }
  }
}

async function loginOf(person: TestClient): Promise<string> {
  return (await person.call('overview.show', {})).access[0]?.options[0]?.logins[0] ?? '';
}

async function wholeLog(auditor: TestClient): Promise<AuditEntry[]> {
  const all: AuditEntry[] = [];
  for (;;) {
    const { entries } = await auditor.call('audit.list', { query: { after: all.at(-1)?.seq ?? 0, limit: 1000 } });
    if (entries.length === 0) return all;
    all.push(...entries);
  }
}

/** What somebody was told, as `id state`. */
function told(events: readonly BackendEvent[]): string[] {
  return events.flatMap((event) =>
    event.kind === 'request-changed' ? [`${event.request.id} ${event.request.state}`] : [],
  );
}

test('kill -9 in a write loop, twice: nothing acknowledged is lost, nothing half done, no event lost or doubled', async () => {
  const { address } = backend.ready;
  const writers = [await signIn(address, 'erin'), await signIn(address, 'enzo'), await signIn(address, 'dana')];
  const [sam, uma] = [await signIn(address, 'sam'), await signIn(address, 'uma')];
  const done: Acknowledged = { asked: [], cancelled: [], refused: [] };
  let { cursor } = await sam.call('overview.show', {});
  const heard: BackendEvent[] = [];

  for (const enough of [60, 150]) {
    const stream = await sam.events(cursor);
    await stream.until((event) => event.kind === 'heartbeat');
    const writing = writers.map((writer) => writeUntilGone(writer, done));
    while (done.asked.length + done.cancelled.length + done.refused.length < enough)
      await new Promise((resolve) => setTimeout(resolve, 3));
    await backend.end('SIGKILL');
    await Promise.all([...writing, stream.ended]);
    heard.push(...stream.news);
    cursor = stream.received.findLast((r) => r.id !== undefined)?.id ?? cursor;
    backend = await startDemoProcess(folder);
    expect(backend.ready.address).toBe(address);
  }

  // The tokens of before are good still: sign-ins are rows like all others.
  const seen = (await sam.call('overview.show', {})).requests;
  const states = new Map(seen.map((request) => [request.id, request.state]));
  expect(done.asked.filter((id) => !states.has(id))).toEqual([]);
  expect(done.cancelled.filter((id) => states.get(id) !== 'cancelled')).toEqual([]);

  const log = await wholeLog(uma);
  expect(log.map((entry) => entry.seq)).toEqual(log.map((_, i) => i + 1));
  const subjects = (kind: string): string[] => log.filter((e) => e.kind === kind).map((e) => e.subject);
  const refused = new Set(subjects('decision.refused'));
  expect(done.refused.filter((id) => !refused.has(id))).toEqual([]);
  // No act without its entry and no entry without its act, acknowledged or not.
  expect(subjects('request.created').sort()).toEqual([...states.keys()].sort());
  const cancelled = seen.filter((request) => request.state === 'cancelled').map((request) => request.id);
  expect(subjects('request.cancelled').sort()).toEqual(cancelled.sort());

  const stream = await sam.events(cursor);
  const expected = seen.flatMap(({ id, state }) =>
    state === 'pending' ? [`${id} pending`] : [`${id} pending`, `${id} ${state}`],
  );
  const all = (): string[] => told([...heard, ...stream.news]);
  await stream.until(() => all().length >= expected.length);
  stream.close();
  expect(all().sort()).toEqual(expected.sort());
});
