import { expect, test } from 'vitest';
import { RateLimit } from '../../../backend/http/rate-limit.ts';

function at(clock: { ms: number }, rate = { burst: 3, perMinute: 60 }): (key?: string) => string {
  const limit = new RateLimit({ now: () => 0, monotonic: () => clock.ms }, rate);
  return (key = 'a') => {
    try {
      limit.take(key);
      return 'taken';
    } catch (error) {
      return (error as Error).message;
    }
  };
}

test('a burst is let through, then one at a time as time goes by', () => {
  const clock = { ms: 0 };
  const take = at(clock);
  expect([take(), take(), take(), take()]).toEqual([
    'taken',
    'taken',
    'taken',
    'That was too often; try again in 1 s.',
  ]);
  clock.ms = 999;
  expect(take()).toMatch(/1 s/);
  clock.ms = 1001;
  expect([take(), take()]).toEqual(['taken', expect.stringMatching(/1 s/)]);
});

test('a long rest gives a burst and not more', () => {
  const clock = { ms: 0 };
  const take = at(clock);
  clock.ms = 3_600_000;
  expect([take(), take(), take(), take()].filter((answer) => answer === 'taken')).toHaveLength(3);
});

test('each key has its own, also after so many others that some are forgotten', () => {
  const clock = { ms: 0 };
  const take = at(clock, { burst: 1, perMinute: 1 });
  expect([take('a'), take('b'), take('a')]).toEqual(['taken', 'taken', expect.stringMatching(/60 s/)]);
  const answers = Array.from({ length: 20_000 }, (_, i) => take(`key ${i}`));
  expect(new Set(answers)).toEqual(new Set(['taken']));
});

test('when ten thousand are busy the oldest thousand are forgotten at one go, and all others are held to their word', () => {
  const take = at({ ms: 0 }, { burst: 1, perMinute: 1 });
  for (let i = 0; i < 10_001; i++) take(`key ${i}`);
  expect(['key 1001', 'key 5000', 'key 10000'].map((key) => take(key))).toEqual(
    Array(3).fill(expect.stringMatching(/60 s/)),
  );
  expect(['key 0', 'key 1000'].map((key) => take(key))).toEqual(['taken', 'taken']);
});

test('asking too often does not put off the moment when one may ask again', () => {
  const clock = { ms: 0 };
  const take = at(clock, { burst: 1, perMinute: 60 });
  take();
  for (clock.ms = 100; clock.ms < 1000; clock.ms += 100) expect(take()).not.toBe('taken');
  clock.ms = 1001;
  expect(take()).toBe('taken');
});

test('what did more than one thing is let through, and made up for before the next', () => {
  const clock = { ms: 0 };
  const limit = new RateLimit({ now: () => 0, monotonic: () => clock.ms }, { burst: 3, perMinute: 60 });
  const refused = (): boolean => {
    try {
      limit.take('a');
      return false;
    } catch {
      return true;
    }
  };
  expect(refused()).toBe(false);
  limit.owe('a', 9);
  for (clock.ms = 0; clock.ms < 8_000; clock.ms += 1_000) expect(refused()).toBe(true);
  clock.ms = 8_001;
  expect(refused()).toBe(false);
  limit.owe('b', 9);
  expect(() => limit.take('b')).not.toThrow();
});
