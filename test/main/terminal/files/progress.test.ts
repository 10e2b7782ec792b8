import { expect, it } from 'vitest';
import { progress, TELL_MS } from '../../../../main/terminal/files/progress.ts';

it('is told at most four times a second, and always the whole sum', () => {
  let now = 0;
  const told: number[] = [];
  const { add } = progress(
    (bytes) => told.push(bytes),
    () => now,
  );
  for (; now < 10_000; now += 10) add(1);
  expect(told.length).toBeLessThanOrEqual(10_000 / TELL_MS);
  expect(told.length).toBeGreaterThan(10_000 / TELL_MS - 3);
  expect(told.every((bytes, i) => i === 0 || bytes > (told[i - 1] ?? 0))).toBe(true);
  expect(TELL_MS).toBeGreaterThanOrEqual(250);
});
