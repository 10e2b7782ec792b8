import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Refusal } from '../../../backend/gateway/ports.ts';
import { DOOR_FULL, TURNED_AWAY_EVERY_MS, TurnedAway } from '../../../backend/gateway/turned-away.ts';
import { Underway } from '../../../backend/gateway/underway.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function door() {
  const written: Refusal[] = [];
  const told: string[] = [];
  let isAway = false;
  const settings = {
    clock: { now: () => Date.now(), monotonic: () => Date.now() },
    log: { info() {}, error: (_fields: object, message: string) => void told.push(message) },
    underway: new Underway(() => undefined),
    ports: {
      refused: async (refusal: Refusal) => {
        if (isAway) throw new Error('the database is away');
        written.push(refusal);
      },
    } as never,
  };
  const turnedAway = new TurnedAway(settings, DOOR_FULL);
  const away = (yes: boolean): void => {
    isAway = yes;
  };
  return { written, told, turnedAway, away };
}
const nextInterval = () => vi.advanceTimersByTimeAsync(TURNED_AWAY_EVERY_MS);

test('the first that finds the door full is written down at once, with its address', () => {
  const { written, turnedAway } = door();
  turnedAway.add('192.0.2.1');
  expect(written).toEqual([
    {
      ...{ code: 'door-full', message: '1 connection was turned away: too many were logging in.', at: 1_000 },
      ...{ since: 1_000, count: 1, sourceAddress: '192.0.2.1', addresses: ['192.0.2.1'] },
      ...{ clientVersion: '', username: '', grantId: null, sessionId: null, certificate: null },
    },
  ]);
});

test('a flood is one entry for each interval, with its sum and its first few addresses', async () => {
  const { written, turnedAway } = door();
  for (let i = 0; i < 10_000; i++) turnedAway.add(`192.0.2.${i % 200}`);
  expect(written).toHaveLength(1);
  await nextInterval();
  expect(written).toHaveLength(2);
  expect(written[1]).toMatchObject({ count: 9_999, since: 1_000, sourceAddress: '' });
  expect(written[1]?.message).toBe('9999 connections were turned away: too many were logging in.');
  expect(written[1]?.addresses).toHaveLength(10);
  turnedAway.add('192.0.2.9');
  expect(written).toHaveLength(2);
  await nextInterval();
  expect(written[2]).toMatchObject({ count: 1, sourceAddress: '192.0.2.9' });
});

test('nothing is written while nobody is turned away, and the next is written at once again', async () => {
  const { written, turnedAway } = door();
  turnedAway.add('192.0.2.1');
  await nextInterval();
  expect([written.length, vi.getTimerCount()]).toEqual([1, 0]);
  turnedAway.add('192.0.2.2');
  expect(written).toHaveLength(2);
});

test('what could not be written down is told with the next', async () => {
  const { written, told, turnedAway, away } = door();
  away(true);
  for (let i = 0; i < 5; i++) turnedAway.add('192.0.2.1');
  await nextInterval();
  expect([written.length, told.length]).toEqual([0, 2]);
  away(false);
  await nextInterval();
  expect(written).toHaveLength(1);
  expect(written[0]).toMatchObject({ count: 5, since: 1_000 });
});

test('what is not written yet is written when the gateway stops, and no timer is left', () => {
  const { written, turnedAway } = door();
  for (let i = 0; i < 3; i++) turnedAway.add('192.0.2.1');
  turnedAway.dispose();
  expect(written.map((refusal) => refusal.count)).toEqual([1, 2]);
  expect(vi.getTimerCount()).toBe(0);
});
