import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BLINK_MS, CursorBlink } from '../../../renderer/terminal/cursor-blink.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const dataset: DOMStringMap = {};
  return { blink: new CursorBlink({ dataset } as HTMLElement), hidden: () => 'cursor' in dataset };
}

test('the cursor of a terminal with the keyboard is shown and hidden in turn', () => {
  const { blink, hidden } = setUp();
  blink.start();
  const seen = Array.from({ length: 4 }, () => {
    const now = hidden();
    vi.advanceTimersByTime(BLINK_MS);
    return now;
  });
  expect(seen).toEqual([false, true, false, true]);
});

test('while something is drawn again and again it stays', () => {
  const { blink, hidden } = setUp();
  blink.start();
  for (let i = 0; i < 20; i++) {
    vi.advanceTimersByTime(BLINK_MS / 2);
    blink.drawn();
    expect(hidden()).toBe(false);
  }
  vi.advanceTimersByTime(BLINK_MS);
  expect(hidden()).toBe(true);
  blink.drawn();
  expect(hidden()).toBe(false);
});

test('without the keyboard it is shown, nothing runs, and what is drawn starts nothing', () => {
  const { blink, hidden } = setUp();
  blink.drawn();
  expect(vi.getTimerCount()).toBe(0);
  blink.start();
  vi.advanceTimersByTime(BLINK_MS);
  blink.stop();
  blink.drawn();
  expect({ hidden: hidden(), timers: vi.getTimerCount() }).toEqual({ hidden: false, timers: 0 });
});
