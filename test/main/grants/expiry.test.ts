import { describe, expect, it } from 'vitest';
import { Expiry } from '../../../main/grants/expiry.ts';
import { FakeTime } from '../fake-time.ts';

function setUp(skewMs = 0) {
  const time = new FakeTime();
  const expired: string[] = [];
  const expiry = new Expiry({ clock: time, scheduler: time, every: time.every, onExpired: (id) => expired.push(id) });
  const backendNow = time.now() + skewMs;
  expiry.watch('g', backendNow + 60_000, backendNow);
  return { time, expiry, expired };
}

describe('the end of a grant', () => {
  it('comes at its time and not before', () => {
    const { time, expired } = setUp();
    time.pass(59_990);
    expect(expired).toEqual([]);
    time.pass(10);
    expect(expired).toEqual(['g']);
  });

  it.each([-3_600_000, 3_600_000])('comes at its time when this clock is wrong by %i ms all along', (skewMs) => {
    const { time, expired } = setUp(skewMs);
    time.pass(59_990);
    expect(expired).toEqual([]);
    time.pass(10);
    expect(expired).toEqual(['g']);
  });

  it('comes at most a second late when the wall clock is set back', () => {
    const { time, expired } = setUp();
    time.pass(30_000);
    time.setWall(-3_600_000);
    time.pass(29_000);
    expect(expired).toEqual([]);
    time.pass(2_000);
    expect(expired).toEqual(['g']);
  });

  it('comes early, never late, when the wall clock is set forward', () => {
    const { time, expired } = setUp();
    time.setWall(3_600_000);
    time.pass(10);
    expect(expired).toEqual(['g']);
  });

  it('holds back and forth: set back, then forward again, gives no time away', () => {
    const { time, expired } = setUp();
    time.setWall(-600_000);
    time.pass(40_000);
    time.setWall(600_000);
    time.pass(19_990);
    expect(expired).toEqual([]);
    time.pass(1_010);
    expect(expired).toEqual(['g']);
  });

  it('is seen at the first use after a sleep, before any timer has run', () => {
    const { time, expiry, expired } = setUp();
    time.sleep(61_000);
    expect(expiry.live('g')).toBeUndefined();
    expect(expired).toEqual([]);
  });

  it('is told on resume, once, though resume is told twice', () => {
    const { time, expiry, expired } = setUp();
    time.sleep(61_000);
    expiry.check();
    expiry.check();
    time.pass(5_000);
    expect(expired).toEqual(['g']);
  });

  it('is not told for a grant that was forgotten', () => {
    const { time, expiry, expired } = setUp();
    expiry.forget('g');
    time.pass(120_000);
    expect(expired).toEqual([]);
  });

  it('moves when the backend says another time', () => {
    const { time, expiry, expired } = setUp();
    expiry.watch('g', time.now() + 5_000, time.now());
    time.pass(5_000);
    expect(expired).toEqual(['g']);
  });

  it('leaves no timer behind', () => {
    const { time, expiry } = setUp();
    expiry.watch('h', time.now() + 5_000, time.now());
    time.pass(5_000);
    expiry.dispose();
    expect(time.waiting).toBe(0);
  });
});
