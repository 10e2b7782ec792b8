import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../../../protocol/api/routes.ts';
import { AppError } from '../../../protocol/errors.ts';
import { noDebianPostgres } from '../../backend/storage/debian-postgres.ts';
import { signIn, TestClient } from '../../support/backend.ts';
import { startTwoNodes, type TwoNodes } from './two-nodes.ts';

const ASK = { target: 'web-1', login: 'deploy', durationSeconds: 600, reason: 'x' };

describe.skipIf(noDebianPostgres)('two nodes on one PostgreSQL', () => {
  let world: TwoNodes;
  /** Everybody, at either node: a sign-in at one is good at the other. */
  const people = {} as Record<'erin' | 'dana' | 'sam' | 'uma', [TestClient, TestClient]>;
  beforeAll(async () => {
    world = await startTwoNodes();
    const [one, two] = world.nodes;
    for (const who of ['erin', 'dana', 'sam', 'uma'] as const) {
      const here = await signIn(one.address, who);
      people[who] = [here, new TestClient(two.address, here.tokens)];
    }
  });
  afterAll(() => world.dispose());

  const decide = (approver: TestClient, id: string) =>
    approver
      .call('requests.decide', { params: { id }, body: { verdict: 'approve', revision: 1 } })
      .then((request) => request.state, codeOf);

  async function rows(text: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: world.postgres.url });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Nothing is there twice or half, whatever was acknowledged. */
  async function expectWhole(): Promise<void> {
    const twice = await rows('select request_id from decisions group by request_id having count(*) > 1');
    const halves = await rows(`
      select r.id, r.state from requests r
      left join grants g on g.request_id = r.id
      left join decisions d on d.request_id = r.id
      where (r.state = 'approved') <> (g.id is not null and d.id is not null)`);
    const unwritten = await rows(`
      select 'request', r.id from requests r where (select count(*) from audit a where a.kind = 'request.created' and a.subject = r.id) <> 1
      union all
      select 'grant', g.id from grants g where (select count(*) from audit a where a.kind = 'grant.given' and a.subject = g.id) <> 1`);
    const gaps = await rows('select count(*) as n, max(seq) as last from audit having count(*) <> max(seq)');
    expect({ twice, halves, unwritten, gaps }).toEqual({ twice: [], halves: [], unwritten: [], gaps: [] });
  }

  test('who listens at one node is online at the other, and hears what is done there', async () => {
    const stream = await people.dana[1].events();
    await stream.until((event) => event.kind === 'heartbeat');
    const online = async () =>
      (await people.erin[0].call('requests.dryRun', { body: ASK })).needs.flatMap((need) =>
        need.online.map((p) => p.id),
      );
    await expect.poll(online).toEqual([people.dana[0].id]);
    const { id } = await people.erin[0].call('requests.create', { body: ASK });
    await stream.until((event) => event.kind === 'request-changed' && event.request.id === id);
    stream.close();
    await expect.poll(online).toEqual([]);
  });

  test('the same word at both at once counts once', async () => {
    for (let i = 0; i < 4; i++) {
      const { id } = await people.erin[0].call('requests.create', { body: ASK });
      const said = await Promise.all(
        [people.dana[0], people.dana[1], people.sam[0], people.sam[1]].map((p) => decide(p, id)),
      );
      expect(said.filter((state) => state === 'approved')).toHaveLength(1);
    }
    await expectWhole();
  });

  test('a database that is stopped and started again: clear refusals meanwhile, nothing lost, and both go on by themselves', async () => {
    const acknowledged: string[] = [];
    const codes = new Set<string>();
    let over = false;
    const ask = async (who: TestClient): Promise<void> => {
      while (!over) {
        const said = await who.call('requests.create', { body: ASK }).then(({ id }) => {
          acknowledged.push(id);
          return 'done';
        }, codeOf);
        codes.add(said);
        if (said !== 'done') await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const asking = people.erin.map(ask);
    await expect.poll(() => acknowledged.length).toBeGreaterThan(3);
    await world.postgres.stop();
    for (const node of world.nodes) {
      await expect.poll(async () => (await fetch(`${node.address}${paths.health}`)).status).toBe(503);
    }
    await expect(people.dana[0].call('overview.show', {})).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/try again/),
    });
    const before = acknowledged.length;
    await world.postgres.start();
    await expect
      .poll(() => acknowledged.length > before || codes.has('too-many-requests'), { timeout: 5_000 })
      .toBe(true);
    over = true;
    await Promise.all(asking);
    const there = new Set((await rows('select id from requests')).map((row) => row.id));
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
    expect([...codes].filter((code) => !['done', 'unavailable', 'too-many-requests'].includes(code))).toEqual([]);
    for (const node of world.nodes)
      await expect.poll(async () => (await fetch(`${node.address}${paths.health}`)).status).toBe(200);

    // What is done at one is heard at the other again.
    const again = await people.dana[1].events();
    await again.until((event) => event.kind === 'heartbeat');
    const pending = (await people.erin[0].call('overview.show', {})).requests.find((r) => r.state === 'pending');
    await people.erin[0].call('requests.cancel', { params: { id: pending?.id ?? '' } });
    await again.until((event) => event.kind === 'request-changed' && event.request.id === pending?.id);
    again.close();
    await expectWhole();
  });

  test('kill -9 of one in the middle of approvals: nothing acknowledged is lost, nothing is given twice, the other goes on', async () => {
    const waiting = (await people.erin[0].call('overview.show', {})).requests.filter((r) => r.state === 'pending');
    expect(waiting.length).toBeGreaterThan(3);
    const approved = new Set<string>();
    const approve = async (approver: TestClient): Promise<void> => {
      for (const { id } of waiting) if ((await decide(approver, id)) === 'approved') approved.add(id);
    };
    const all = Promise.all([...people.dana, ...people.sam].map(approve));
    await expect.poll(() => approved.size, { interval: 1 }).toBeGreaterThan(1);
    await world.nodes[1].end('SIGKILL');
    await all;
    const given = await rows('select request_id from grants');
    const ids = given.map((row) => row.request_id);
    expect([...approved].filter((id) => !ids.includes(id))).toEqual([]);
    const after = (await people.erin[0].call('overview.show', {})).requests;
    expect(waiting.filter(({ id }) => after.find((r) => r.id === id)?.state !== 'approved')).toEqual([]);
    await expectWhole();
  });
});

/** The code of a refusal; 'gone' for a node that answers no more. */
function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'gone';
}
