import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPolicy, type PolicySource } from '../../../backend/policy/policy-source.ts';
import { systemClock } from '../../../protocol/time.ts';
import { TEST_POLICY } from '../../support/backend.ts';
import { startTestDatabase } from '../../support/database.ts';

let store: Awaited<ReturnType<typeof startTestDatabase>>;
let folder: string;
let path: string;
let source: PolicySource | undefined;
let refusals: string[];
beforeAll(async () => {
  store = await startTestDatabase();
});
afterAll(() => store.dispose());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
  path = join(folder, 'policy.yaml');
  refusals = [];
});
afterEach(async () => {
  source?.dispose();
  source = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<PolicySource> {
  const onRefused = (sentence: string): void => void refusals.push(sentence);
  source = await openPolicy({ path, database: store.database, clock: systemClock, onRefused });
  return source;
}

/** The next commit that tells apps of a changed policy. */
function nextChange(): Promise<void> {
  return new Promise((resolve) => {
    const off = store.database.onPublished(() => {
      off();
      resolve();
    });
  });
}

async function lastAudit() {
  return store.database.db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirst();
}

test.each([
  ['is not there', undefined, /it is not there/],
  ['has an error', 'version: 1\nnonsense: 1\n', /line 2, "nonsense"/],
])('a backend whose policy file %s does not start, and says so in the audit log', async (_, text, sentence) => {
  if (text !== undefined) await writeFile(path, text);
  await expect(open()).rejects.toMatchObject({ code: 'policy-invalid', message: expect.stringMatching(sentence) });
  expect(await lastAudit()).toMatchObject({ kind: 'policy.refused', outcome: 'refused', code: 'policy-invalid' });
});

test('a changed file is in force at once and the apps are told', async () => {
  await writeFile(path, TEST_POLICY);
  const { current } = await open();
  const changed = nextChange();
  await writeFile(path, TEST_POLICY.replace('maxDuration: 1h', 'maxDuration: 2h'));
  await changed;
  await expect.poll(() => current().roles[0]?.maxDuration).toBe(7200);
  expect(await lastAudit()).toMatchObject({ kind: 'policy.loaded' });
});

test('a change made while the database is away is in force once it is back', async () => {
  await writeFile(path, TEST_POLICY);
  let away = false;
  const database: typeof store.database = {
    ...store.database,
    inTransaction: (act) => (away ? Promise.reject(new Error('away')) : store.database.inTransaction(act)),
  };
  source = await openPolicy({ path, database, clock: systemClock, onRefused: (sentence) => refusals.push(sentence) });
  away = true;
  await writeFile(path, TEST_POLICY.replace('maxDuration: 1h', 'maxDuration: 5h'));
  await expect.poll(() => refusals.length).toBeGreaterThan(0);
  away = false;
  await expect.poll(() => source?.current().roles[0]?.maxDuration, { timeout: 5_000 }).toBe(5 * 3600);
});

test('a file that an editor puts in the old one’s place is seen too', async () => {
  await writeFile(path, TEST_POLICY);
  const { current } = await open();
  const changed = nextChange();
  await writeFile(`${path}.new`, TEST_POLICY.replace('maxDuration: 1h', 'maxDuration: 3h'));
  await rename(`${path}.new`, path);
  await changed;
  await expect.poll(() => current().roles[0]?.maxDuration).toBe(10_800);
});

test.each([
  ['an error', 'version: 3', /line 1/],
  ['nothing in it', '', /expected object/],
])('a changed file with %s is refused, audited, and the policy in force stays', async (_, text, sentence) => {
  await writeFile(path, TEST_POLICY);
  const { current, reload } = await open();
  const before = current();
  await writeFile(path, text);
  expect(await reload()).toMatch(sentence);
  expect(current()).toBe(before);
  expect(refusals.join()).toMatch(/stays as it was/);
  expect(await lastAudit()).toMatchObject({ kind: 'policy.refused' });
  await writeFile(path, TEST_POLICY);
  expect(await reload()).toBeUndefined();
});

test('reading the same again changes nothing and says nothing', async () => {
  await writeFile(path, TEST_POLICY);
  const { reload } = await open();
  const before = await lastAudit();
  expect(await reload()).toBeUndefined();
  expect(await lastAudit()).toEqual(before);
});
