import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchControl } from '../../../backend/gateway/control-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each<[string, number, number]>([
  ['silence within the grace', 60_000, 0],
  ['silence past the grace', 60_001, 2],
])('%s', (_, silence, times) => {
  const lost = vi.fn();
  const stop = watchControl(
    () => silence,
    () => 60_000,
    lost,
  );
  vi.advanceTimersByTime(2_000);
  expect(lost).toHaveBeenCalledTimes(times);
  stop();
  vi.advanceTimersByTime(60_000);
  expect(lost).toHaveBeenCalledTimes(times);
});

test('a grace that the policy makes shorter holds at the next look', () => {
  const lost = vi.fn();
  let grace = 900_000;
  const stop = watchControl(
    () => 31_000,
    () => grace,
    lost,
  );
  vi.advanceTimersByTime(5_000);
  expect(lost).not.toHaveBeenCalled();
  grace = 30_000;
  vi.advanceTimersByTime(1_000);
  expect(lost).toHaveBeenCalledTimes(1);
  stop();
});
