import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Underway } from '../../../backend/gateway/underway.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function stage() {
  const told: unknown[] = [];
  return { told, underway: new Underway((error) => told.push(error)) };
}

describe('what is still being written down', () => {
  it('is waited for', async () => {
    const { underway } = stage();
    let finish = (): void => {};
    underway.add(new Promise<void>((resolve) => (finish = resolve)));
    let settled: boolean | undefined;
    const waiting = underway.settle(5_000).then((all) => (settled = all));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(settled).toBeUndefined();
    finish();
    await waiting;
    expect(settled).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not waited for without end', async () => {
    const { underway } = stage();
    underway.add(new Promise(() => {}));
    const waiting = underway.settle(5_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await waiting).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that failed is no reason to wait, and no unhandled rejection', async () => {
    const { underway } = stage();
    underway.add(Promise.reject(new Error('no')));
    expect(await underway.settle(5_000)).toBe(true);
  });

  it('is tried again until it is done', async () => {
    const { underway, told } = stage();
    let tries = 0;
    underway.untilDone(async () => {
      if (++tries < 3) throw new Error('the database is away');
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect([tries, told.length]).toEqual([3, 2]);
    expect(await underway.settle(1)).toBe(true);
  });

  it('is not tried any more once nobody waits for it', async () => {
    const { underway } = stage();
    let tries = 0;
    underway.untilDone(async () => {
      tries++;
      throw new Error('the database is away');
    });
    const waiting = underway.settle(3_000);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await waiting).toBe(false);
    const before = tries;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tries).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});
