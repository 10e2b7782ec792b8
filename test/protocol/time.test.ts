import { expect, test } from 'vitest';
import { type Clock, deadline, durationInWords, systemScheduler } from '../../protocol/time.ts';

/** A wall and a monotonic clock that move by themselves or not at all. */
function hands(): Clock & { wall: number; boot: number } {
  return {
    wall: 1_000_000,
    boot: 500,
    now() {
      return this.wall;
    },
    monotonic() {
      return this.boot;
    },
  };
}

test.each<[string, { wall: number; boot: number }, number, boolean]>([
  ['at once', { wall: 0, boot: 0 }, 10_000, false],
  ['a millisecond before', { wall: 9_999, boot: 9_999 }, 1, false],
  ['on time', { wall: 10_000, boot: 10_000 }, 0, true],
  ['late', { wall: 60_000, boot: 60_000 }, 0, true],
  ['when the wall clock was set back', { wall: -3_600_000, boot: 10_000 }, 0, true],
  ['when the wall clock was set back half-way', { wall: -3_600_000, boot: 4_000 }, 6_000, false],
  ['when the wall clock was set forward', { wall: 3_600_000, boot: 1_000 }, 0, true],
  ['after a sleep in which the monotonic clock stood', { wall: 10_000, boot: 2 }, 0, true],
])('a deadline of ten seconds, %s', (_, moved, left, passed) => {
  const clock = hands();
  const until = deadline(clock, 1_010_000);
  clock.wall += moved.wall;
  clock.boot += moved.boot;
  expect(until.left()).toBe(left);
  expect(until.hasPassed()).toBe(passed);
});

test.each([
  ['an hour behind', 3_600_000],
  ['an hour ahead', -3_600_000],
])('a local clock that is %s of the backend changes nothing', (_, ahead) => {
  const clock = hands();
  const serverNow = clock.wall + ahead;
  const until = deadline(clock, serverNow + 10_000, serverNow);
  expect(until.left()).toBe(10_000);
  clock.wall += 10_000;
  clock.boot += 10_000;
  expect(until.hasPassed()).toBe(true);
});

test('a deadline learnt too late has passed', () => {
  expect(deadline(hands(), 999_999).hasPassed()).toBe(true);
});

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [45_000, '45 s'],
  [59_600, '1 min'],
  [90_000, '1 min 30 s'],
  [359_000, '5 min'],
  [3_600_000, '1 h'],
  [5_400_000, '1 h 30 min'],
  [3_605_000, '1 h'],
])('%i ms in words is "%s"', (ms, words) => {
  expect(durationInWords(ms)).toBe(words);
});

test('a deadline in the past is acted on soon, never within the call', async () => {
  let acted = false;
  const done = new Promise<void>((resolve) => {
    systemScheduler().at(0, () => {
      acted = true;
      resolve();
    });
  });
  expect(acted).toBe(false);
  await done;
});

test('a deadline is kept although the wall clock is set back: it is read again each second', async () => {
  const clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() };
  let ahead = 0;
  const at = Date.now() + 3_600_000;
  const done = new Promise<void>((resolve) => systemScheduler(clock).at(at, resolve));
  ahead = 3_600_000;
  await done;
});

test('what is called off does not happen', async () => {
  let acted = false;
  const callOff = systemScheduler().at(Date.now() + 10, () => {
    acted = true;
  });
  callOff();
  await new Promise<void>((resolve) => systemScheduler().at(Date.now() + 30, resolve));
  expect(acted).toBe(false);
});
