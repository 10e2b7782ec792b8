import { expect, it } from 'vitest';
import { someAtOnce } from '../../../../main/terminal/files/some-at-once.ts';

it('does each once, so many at once', async () => {
  const done: number[] = [];
  let now = 0;
  let most = 0;
  await someAtOnce([1, 2, 3, 4, 5], 2, async (n) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise(setImmediate);
    now -= 1;
    done.push(n);
  });
  expect(done.sort()).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

it('tells the others of the first that fails, begins no more, and throws that first', async () => {
  const begun: string[] = [];
  const first = new Error('first');
  const ended: unknown[] = [];
  const work = someAtOnce(['waits', 'fails', 'never begins'], 2, async (item, failed) => {
    begun.push(item);
    if (item === 'fails') throw first;
    await new Promise<void>((resolve) => failed.addEventListener('abort', () => resolve()));
    ended.push(failed.reason);
    throw new Error('because of the first');
  });
  await expect(work).rejects.toBe(first);
  expect(begun).toEqual(['waits', 'fails']);
  expect(ended).toEqual([first]);
});
