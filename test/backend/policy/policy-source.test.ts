import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPolicy, type PolicySource } from '../../../backend/policy/policy-source.ts';
import { watchFile } from '../../../backend/policy/watch-file.ts';
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

describe('a file behind links', () => {
  /** A folder with a policy in it, named like those that Kubernetes and deployments make. */
  async function release(name: string, text: string): Promise<string> {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'policy.yaml'), text);
    return name;
  }
  /** Puts a link in the place of another at one stroke. */
  async function lead(link: string, to: string): Promise<void> {
    await symlink(to, join(folder, `${link}.new`));
    await rename(join(folder, `${link}.new`), join(folder, link));
  }
  const LONGER = TEST_POLICY.replace('maxDuration: 1h', 'maxDuration: 4h');

  /** As Kubernetes mounts a ConfigMap: the file is a link through `..data`, which is swapped. */
  async function mounted(): Promise<(name: string) => Promise<void>> {
    await lead('..data', await release('..2026_01', TEST_POLICY));
    await symlink('..data/policy.yaml', path);
    return (name) => lead('..data', name);
  }
  /** As a deployment does it: the folder itself is a link to the release of the day. */
  async function deployed(): Promise<(name: string) => Promise<void>> {
    await lead('current', await release('1', TEST_POLICY));
    path = join(folder, 'current', 'policy.yaml');
    return (name) => lead('current', name);
  }
  const layouts: [string, () => Promise<(name: string) => Promise<void>>][] = [
    ['a ConfigMap', mounted],
    ['a deployment', deployed],
  ];

  test.each(layouts)(
    '%s that is swapped for one with an error is refused; the policy in force stays',
    async (_, lay) => {
      const swap = await lay();
      const { current } = await open();
      const before = current();
      await swap(await release('broken', 'version: 3'));
      await expect.poll(() => refusals.join(), { timeout: 5_000 }).toMatch(/stays as it was/);
      expect(current()).toBe(before);
      expect(await lastAudit()).toMatchObject({ kind: 'policy.refused', code: 'policy-invalid' });
    },
  );

  test('a link that leads nowhere any more is refused, once', async () => {
    const swap = await mounted();
    const { current } = await open();
    await swap('nowhere');
    await expect.poll(() => refusals.join(), { timeout: 5_000 }).toMatch(/it is not there/);
    expect(current().roles[0]?.maxDuration).toBe(3600);
    await swap(await release('back', LONGER));
    await expect.poll(() => current().roles[0]?.maxDuration, { timeout: 5_000 }).toBe(4 * 3600);
    expect(refusals).toHaveLength(1);
  });

  test.each(layouts)('%s that is swapped is seen, long after the last look', async (_, lay) => {
    const swap = await lay();
    let seen = 0;
    const unwatch = watchFile(path, () => seen++);
    await expect.poll(() => seen).toBe(1);
    await swap(await release('next', LONGER));
    await expect.poll(() => seen, { timeout: 5_000 }).toBe(2);
    unwatch();
  });

  test('a deployment that is swapped is in force within a moment', async () => {
    const swap = await deployed();
    const { current } = await open();
    await swap(await release('next', LONGER));
    await expect.poll(() => current().roles[0]?.maxDuration, { timeout: 5_000 }).toBe(4 * 3600);
    expect(refusals).toEqual([]);
  });
});
