import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Expiry } from '../../../backend/gateway/expiry.ts';
import { systemScheduler } from '../../../protocol/time.ts';

/** The wall clock is that of the faked timers and can be stepped; the timers themselves run on. */
function stage() {
  let skew = 0;
  const clock = { now: () => Date.now() + skew, monotonic: () => performance.now() };
  return {
    clock,
    scheduler: systemScheduler(clock),
    pass: (ms: number) => vi.advanceTimersByTime(ms),
    step(ms: number) {
      skew += ms;
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function started(endsIn: number) {
  const world = stage();
  let passed = 0;
  const expiry = new Expiry(world.clock, world.scheduler, () => {
    passed++;
  });
  expiry.set(world.clock.now() + endsIn);
  return { world, expiry, passed: () => passed };
}

describe('the deadline of a session', () => {
  it('comes on time, once', () => {
    const { world, passed } = started(5_000);
    world.pass(4_900);
    expect(passed()).toBe(0);
    world.pass(100);
    expect(passed()).toBe(1);
    world.pass(10_000);
    expect(passed()).toBe(1);
  });

  it('does not come later because the wall clock was set back', () => {
    const { world, passed } = started(10_000);
    world.pass(2_000);
    world.step(-3_600_000);
    world.pass(7_999);
    expect(passed()).toBe(0);
    world.pass(1);
    expect(passed()).toBe(1);
  });

  it('comes within a second when the wall clock is set past it', () => {
    const { world, passed } = started(60_000);
    world.step(3_600_000);
    world.pass(1_000);
    expect(passed()).toBe(1);
  });

  it('moves when the grant is extended, and when it is shortened', () => {
    const { world, expiry, passed } = started(5_000);
    expiry.set(world.clock.now() + 20_000);
    world.pass(10_000);
    expect(passed()).toBe(0);
    expiry.set(world.clock.now() + 1_000);
    world.pass(1_000);
    expect(passed()).toBe(1);
  });

  it.each<[string, number]>([
    ['set back', -3_600_000],
    ['set back a little', -2_000],
    ['not touched', 0],
  ])('moves by what it was made longer, on a wall clock that was %s meanwhile', (_what, step) => {
    const { world, expiry, passed } = started(5_000);
    const endsAt = world.clock.now() + 5_000;
    world.pass(1_000);
    world.step(step);
    expiry.set(endsAt + 10_000);
    world.pass(13_999);
    expect(passed()).toBe(0);
    world.pass(1);
    expect(passed()).toBe(1);
  });

  it('moves, and still comes within a second when the wall clock was set past it', () => {
    const { world, expiry, passed } = started(5_000);
    const endsAt = world.clock.now() + 5_000;
    world.step(4_000);
    expiry.set(endsAt + 10_000);
    world.pass(10_000);
    expect(passed()).toBe(0);
    world.pass(1_000);
    expect(passed()).toBe(1);
  });

  it('that is said again does not begin anew on a wall clock that was set back', () => {
    const { world, expiry, passed } = started(5_000);
    const endsAt = world.clock.now() + 5_000;
    world.step(-60_000);
    for (let i = 0; i < 5; i++) {
      expiry.set(endsAt);
      world.pass(1_000);
    }
    expect(passed()).toBe(1);
  });

  it('comes at once when it has passed already', () => {
    expect(started(0).passed()).toBe(1);
  });

  it('leaves no timer behind', () => {
    const { world, expiry, passed } = started(5_000);
    expiry.dispose();
    expect(vi.getTimerCount()).toBe(0);
    world.pass(10_000);
    expect(passed()).toBe(0);
  });
});
