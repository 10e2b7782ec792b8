import { expect, test } from 'vitest';
import { ForwardLog } from '../../../backend/gateway/forwards.ts';

function forwardLog() {
  const time = { now: 5_000 };
  const written: string[] = [];
  let made = 0;
  const log = new ForwardLog(
    async (to) => void written.push(to),
    () => time.now,
  );
  /** How many of so many new destinations are let through. */
  const admitted = async (count: number): Promise<number> => {
    const all = await Promise.all(Array.from({ length: count }, () => log.admit(`host-${++made}:80`)));
    return all.filter((verdict) => verdict.ok).length;
  };
  return { log, time, written, admitted };
}

test('twenty new destinations at once, and no more; nothing of the rest is written down', async () => {
  const { admitted, written } = forwardLog();
  expect(await admitted(1_000)).toBe(20);
  expect(written).toHaveLength(20);
});

test('the refusal says what to do', async () => {
  const { log, admitted } = forwardLog();
  await admitted(20);
  expect(await log.admit('more:80')).toEqual({
    ok: false,
    code: 'too-many-destinations',
    message: 'Too many new destinations at a time: 20 at once, then 2 a second. Try again in a moment.',
  });
});

test.each([
  ['half a second is one more', 500, 1],
  ['a moment less is none', 499, 0],
  ['five seconds are ten', 5_000, 10],
  ['an hour is no more than twenty', 3_600_000, 20],
])('after that, %s', async (_, ms, more) => {
  const { admitted, time } = forwardLog();
  await admitted(20);
  time.now += ms;
  expect(await admitted(100)).toBe(more);
});

test('tries that were refused neither cost nor gain anything', async () => {
  const { admitted, time } = forwardLog();
  await admitted(20);
  let more = 0;
  for (let i = 0; i < 100; i++) {
    time.now += 100;
    more += await admitted(5);
  }
  expect(more).toBe(20);
});

test('a destination that is known counts no more, also when the rest are refused', async () => {
  const { log, admitted, written } = forwardLog();
  await log.admit('db:5432');
  await admitted(1_000);
  for (let i = 0; i < 100; i++) expect(await log.admit('db:5432')).toEqual({ ok: true });
  expect(written.filter((to) => to === 'db:5432')).toHaveLength(1);
});
