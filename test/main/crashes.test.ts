import { expect, it } from 'vitest';
import { Crashes } from '../../main/crashes.ts';

it.each<[string, number[], boolean[]]>([
  ['three come again, a fourth within a minute does not', [0, 1, 2, 59_999], [true, true, true, false]],
  ['those of a minute ago count no more', [0, 1, 2, 60_000, 60_000], [true, true, true, true, false]],
  ['those that did not come again count too', [0, 0, 0, 0, 59_999, 60_000], [true, true, true, false, false, true]],
])('of crashing pages %s', (_what, times, again) => {
  let now = 0;
  const crashes = new Crashes(() => now);
  const found = times.map((at) => {
    now = at;
    return crashes.another();
  });
  expect(found).toEqual(again);
});
