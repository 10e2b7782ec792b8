import type { Terminal as Xterm } from '@xterm/xterm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { drawIn, FLOOD_BYTES, FLOOD_FRAME_MS, TerminalFrames } from '../../../renderer/terminal/frames.ts';

/** Of a display that shows sixty pictures a second; the false clock knows whole milliseconds. */
const FRAME_MS = 16;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const browser = {
  performance: { now: () => performance.now() },
  setTimeout: (act: () => void, ms: number) => setTimeout(act, ms),
  requestAnimationFrame(draw: FrameRequestCallback) {
    setTimeout(() => draw(performance.now()), FRAME_MS);
    return 1;
  },
};

/** A terminal that asks for a frame whenever something was taken in, as xterm does. */
function setUp() {
  const frames = new TerminalFrames(browser);
  const drawn: { at: number; bytes: number }[] = [];
  let bytes = 0;
  let waits = false;
  const take = (more: number): void => {
    bytes += more;
    frames.taken(more);
    if (waits) return;
    waits = true;
    frames.requestAnimationFrame(() => {
      waits = false;
      drawn.push({ at: performance.now(), bytes });
    });
  };
  /** Takes in as much every 5 ms, for so long. */
  const stream = (bytesPerSecond: number, forMs: number): void => {
    for (let at = 0; at < forMs; at += 5) {
      take(bytesPerSecond / 200);
      vi.advanceTimersByTime(5);
    }
  };
  return { frames, drawn, take, stream };
}

describe('a terminal draws', () => {
  test('what comes for somebody to read in the next frame of the display', () => {
    const { drawn, take } = setUp();
    for (let i = 0; i < 20; i++) {
      const at = performance.now();
      take(200);
      vi.advanceTimersByTime(50);
      expect(drawn.at(-1)?.at).toBe(at + FRAME_MS);
    }
  });

  test.each([
    ['a program that fills the screen thirty times a second', 600_000],
    ['a listing that scrolls by', 300_000],
  ])('%s in every frame', (_name, bytesPerSecond) => {
    const { drawn, stream } = setUp();
    stream(bytesPerSecond, 1_000);
    expect(drawn.length).toBeGreaterThan(40);
  });

  test('one large picture at once', () => {
    const { drawn, take } = setUp();
    take(10 * FLOOD_BYTES);
    vi.advanceTimersByTime(FRAME_MS);
    expect(drawn).toHaveLength(1);
  });

  test.each([3e6, 10e6, 50e6])(
    'a flood of %i bytes a second about ten times a second, and goes on doing so',
    (speed) => {
      const { drawn, stream } = setUp();
      stream(speed, 200);
      const from = drawn.length;
      stream(speed, 3_000);
      expect(drawn.length - from).toBeGreaterThan(20);
      expect(drawn.length - from).toBeLessThanOrEqual(3_000 / FLOOD_FRAME_MS);
    },
  );

  test('the end of a flood within three frames, whole', () => {
    const { drawn, take, stream } = setUp();
    for (let ms = 500; ms < 600; ms += 10) {
      stream(20e6, ms);
      take(7);
      const end = performance.now();
      vi.advanceTimersByTime(1_000);
      const last = drawn.at(-1);
      expect(last?.at).toBeLessThan(end + 3.5 * FRAME_MS);
      const { length } = drawn;
      take(1);
      vi.advanceTimersByTime(FRAME_MS + 1);
      expect(drawn.length).toBe(length + 1);
      expect(drawn.at(-1)?.bytes).toBe((last?.bytes ?? 0) + 1);
    }
  });

  test('nothing when nothing waits', () => {
    const frames = new TerminalFrames(browser);
    frames.taken(10 * FLOOD_BYTES);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('nothing that was called off', () => {
    const frames = new TerminalFrames(browser);
    const [kept, gone] = [vi.fn(), vi.fn()];
    frames.requestAnimationFrame(kept);
    frames.cancelAnimationFrame(frames.requestAnimationFrame(gone));
    vi.advanceTimersByTime(1_000);
    expect(kept).toHaveBeenCalledOnce();
    expect(gone).not.toHaveBeenCalled();
  });

  test('what is asked for while it draws in the next frame', () => {
    const frames = new TerminalFrames(browser);
    const again = vi.fn();
    frames.requestAnimationFrame(() => frames.requestAnimationFrame(again));
    vi.advanceTimersByTime(FRAME_MS + 1);
    expect(again).not.toHaveBeenCalled();
    vi.advanceTimersByTime(FRAME_MS + 1);
    expect(again).toHaveBeenCalledOnce();
  });
});

test.each([{}, { _core: {} }, { _core: { _coreBrowserService: {} } }])(
  'an xterm with another inside is not drawn in silence (%#)',
  (xterm) => {
    expect(() => drawIn(xterm as unknown as Xterm, new TerminalFrames(browser))).toThrow('xterm has changed inside');
  },
);
