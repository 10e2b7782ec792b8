import { describe, expect, it } from 'vitest';
import { BackendClock } from '../../../main/grants/backend-clock.ts';
import { Expiry } from '../../../main/grants/expiry.ts';
import { FakeTime } from '../fake-time.ts';

const HOUR = 3_600_000;

function setUp({ skewMs = 0, lastsMs = 60_000, drainsMs = 0 } = {}) {
  const time = new FakeTime();
  const told: string[] = [];
  const backendClock = new BackendClock(time, time.boot);
  const expiry = new Expiry({
    ...{ clock: time, backendClock, scheduler: time, every: time.every },
    onDraining: (id) => told.push(`${id} drains`),
    onExpired: (id) => told.push(`${id} expired`),
  });
  const backendNow = time.now() + skewMs;
  backendClock.answered(backendNow, backendClock.moment());
  const endsAt = backendNow + lastsMs;
  const watch = (ends = endsAt, id = 'g') => expiry.watch(id, { endsAt: ends, cutsAt: ends + drainsMs });
  watch();
  return { time, backendClock, expiry, told, endsAt, watch };
}
type Parts = ReturnType<typeof setUp>;

describe('the end of a grant', () => {
  it('comes at its time and not before', () => {
    const { time, told } = setUp();
    time.pass(59_990);
    expect(told).toEqual([]);
    time.pass(10);
    expect(told).toEqual(['g expired']);
  });

  it.each([-HOUR, HOUR])('comes at its time when this clock is wrong by %i ms all along', (skewMs) => {
    const { time, told } = setUp({ skewMs });
    time.pass(59_990);
    expect(told).toEqual([]);
    time.pass(10);
    expect(told).toEqual(['g expired']);
  });

  it('comes early, never late, when the wall clock is set forward', () => {
    const { time, told } = setUp();
    time.setWall(HOUR);
    time.pass(10);
    expect(told).toEqual(['g expired']);
  });

  it('is told when somebody has seen that the clock was set forward, before the backend could say otherwise', async () => {
    const { time, backendClock, expiry, told } = setUp();
    time.setWall(HOUR);
    expect(expiry.passes('g')).toBe(false);
    await Promise.resolve();
    backendClock.answered(time.now() - HOUR, backendClock.moment());
    expect(told).toEqual(['g expired']);
  });

  it('is seen at the first use after a sleep, before any timer has run', () => {
    const { time, expiry, told } = setUp();
    time.sleep(61_000);
    expect(expiry.live('g')).toBeUndefined();
    expect(expiry.passes('g')).toBe(false);
    expect(told).toEqual([]);
  });

  it('is told on resume, once, though resume is told twice', () => {
    const { time, expiry, told } = setUp();
    time.sleep(61_000);
    expiry.check();
    expiry.check();
    time.pass(5_000);
    expect(told).toEqual(['g expired']);
  });

  it('is not told for a grant that was forgotten', () => {
    const { time, expiry, told } = setUp();
    expiry.forget('g');
    time.pass(120_000);
    expect(told).toEqual([]);
    expect(expiry.live('g')).toBeUndefined();
  });

  it('is nothing that a deadline taken before could outlive', () => {
    const { expiry } = setUp();
    const deadline = expiry.live('g');
    expiry.forget('g');
    expect(deadline?.hasPassed()).toBe(true);
    expect(deadline?.left()).toBe(0);
  });

  it('comes earlier when the backend says so', () => {
    const { time, told, watch } = setUp();
    watch(time.now() + 5_000);
    time.pass(5_000);
    expect(told).toEqual(['g expired']);
  });

  it('leaves no timer behind', () => {
    const { time, expiry, watch } = setUp();
    watch(time.now() + 5_000, 'h');
    time.pass(5_000);
    expiry.dispose();
    expect(time.waiting).toBe(0);
  });
});

/**
 * What happens to the clocks while 10 min of a grant of one hour are used up, and how much is then left of it at most.
 * More than truly is left would be time given away.
 */
describe('whatever happens to the clocks, no time is given away', () => {
  const used = 600_000;
  const back = ({ time }: Parts) => time.setWall(-HOUR);
  const forward = ({ time }: Parts) => time.setWall(HOUR);
  const sleepHour = ({ time }: Parts) => time.sleep(HOUR);
  const pass = ({ time }: Parts) => time.pass(used);
  /** An event of another change, as when somebody else's request came: the grant is told again as it was. */
  const event = ({ watch }: Parts) => watch();
  const heardLate = ({ backendClock, endsAt }: Parts) => backendClock.heard(endsAt - HOUR);
  const second = ({ time }: Parts) => time.pass(1_000);

  it.each<[string, ((parts: Parts) => void)[], number]>([
    ['nothing', [pass], HOUR - used],
    ['set back', [back, pass], HOUR - used],
    ['set back, and an event before the next heartbeat', [back, event, pass], HOUR - used],
    ['set back twice, with events between', [back, event, second, back, event, pass], HOUR - used - 1_000],
    ['set back after the time was used', [pass, back, event], HOUR - used],
    ['set forward', [forward, pass], 0],
    ['set forward, and an event', [forward, event, pass], 0],
    ['set forward and back again', [forward, pass, back, event], 0],
    ['set back and forward again', [back, pass, forward, event], 0],
    ['asleep for an hour', [sleepHour], 0],
    ['asleep for an hour, and an event first', [sleepHour, event], 0],
    ['set back, seen, and asleep for an hour', [back, second, sleepHour], 0],
    ['asleep, and set back before anything was seen', [sleepHour, back, second], 0],
    ['asleep, set back, and an event before anything was seen', [sleepHour, back, event, second], 0],
    ['a heartbeat that lay in the socket while all stood still', [pass, heardLate], HOUR - used],
    ['set back, and such a heartbeat', [back, pass, heardLate, event], HOUR - used],
  ])('%s', (_name, happens, left) => {
    const parts = setUp({ lastsMs: HOUR });
    for (const happen of happens) happen(parts);
    const { expiry, backendClock } = parts;
    expect(expiry.live('g')?.left() ?? 0).toBeLessThanOrEqual(left);
    expect(parts.endsAt - backendClock.now()).toBeLessThanOrEqual(left);
    // And no more is taken than has to be: with a step forward or a sleep, all of it.
    if (left > 0) expect(expiry.live('g')?.left()).toBeGreaterThan(left - 2_000);
  });

  it.each<[string, ((parts: Parts) => void)[]]>([
    ['set back', [back]],
    ['set back, and an event', [back, event]],
    ['set back twice', [back, second, back]],
  ])('and it is cut at the very moment: %s', (_name, happens) => {
    const parts = setUp();
    for (const happen of happens) happen(parts);
    const { time, told, endsAt, backendClock } = parts;
    // One look of the ticker later the timers wait for the right moment again.
    time.pass(1_000);
    time.pass(endsAt - backendClock.now() - 10);
    expect(told).toEqual([]);
    time.pass(20);
    expect(told).toEqual(['g expired']);
  });

  it.each<[string, ((parts: Parts) => void)[]]>([
    ['on a steady clock', []],
    ['after the clock was set back', [back, second]],
    ['after the clock was set back, unseen', [back]],
  ])('more time is as much as the backend says: %s', (_name, happens) => {
    const parts = setUp();
    for (const happen of happens) happen(parts);
    const { time, told, watch, endsAt, backendClock, expiry } = parts;
    watch(endsAt + 30_000);
    expect(expiry.live('g')?.endsAt).toBe(endsAt + 30_000);
    time.pass(1_000);
    time.pass(endsAt + 30_000 - backendClock.now() - 10);
    expect(told).toEqual([]);
    time.pass(20);
    expect(told).toEqual(['g expired']);
  });

  it('a deadline that was handed out moves with more time', () => {
    const { expiry, watch, endsAt, time } = setUp();
    const deadline = expiry.live('g');
    watch(endsAt + 30_000);
    time.pass(60_010);
    expect(deadline?.hasPassed()).toBe(false);
    time.pass(30_000);
    expect(deadline?.hasPassed()).toBe(true);
  });

  it('reading often does not make time go faster', () => {
    const { time, backendClock, endsAt } = setUp({ lastsMs: HOUR });
    for (let i = 0; i < 1_000; i += 1) {
      time.pass(10);
      time.setWall(i % 2 === 0 ? 1 : -1);
      backendClock.now();
      backendClock.look();
    }
    expect(endsAt - backendClock.now()).toBeGreaterThan(HOUR - 10_000 - 10);
  });
});

describe('our reckoning of the backend’s time', () => {
  it.each([
    ['hundredths of a second', (ms: number) => Math.floor(ms / 10) * 10 + 3, 50],
    ['whole seconds', (ms: number) => Math.floor(ms / 1000) * 1000, 2_000],
  ])('loses little to a sleep that hid a step back, where the boot clock counts %s', (_name, read, most) => {
    const time = new FakeTime();
    let boot = 77_777;
    const backendClock = new BackendClock(time, () => read(boot));
    const truth = backendClock.now() + 3_600_000;
    time.sleep(3_600_000);
    boot += 3_600_000;
    time.setWall(-3_600_000);
    backendClock.look();
    expect(truth - backendClock.now()).toBeGreaterThanOrEqual(0);
    expect(truth - backendClock.now()).toBeLessThanOrEqual(most);
  });

  it.each([-1_800_000, -5_000_000, -86_400_000])('counts a sleep in which the wall clock was set %i ms off', (byMs) => {
    const { time, backendClock } = setUp();
    const truth = backendClock.now() + 3_600_000;
    time.sleep(3_600_000);
    time.setWall(byMs);
    // A byte that comes before anybody looks at the boot clock.
    backendClock.now();
    backendClock.look();
    expect(truth - backendClock.now()).toBeLessThanOrEqual(2_000);
  });

  it('counts a sleep that hid a step back, also where a word of before comes late', () => {
    const { time, backendClock } = setUp();
    const before = backendClock.now();
    time.sleep(3_600_000);
    time.setWall(-3_600_000);
    backendClock.heard(before + 100);
    backendClock.look();
    expect(before + 3_600_000 - backendClock.now()).toBeLessThanOrEqual(2_000);
  });

  /** Numbers that look random and are the same each time (mulberry32). */
  function numbers(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    };
  }

  it.each(Array.from({ length: 40 }, (_, i) => i + 1))('is never behind it, whatever follows what (%i)', (seed) => {
    const random = numbers(seed);
    const { time, backendClock } = setUp();
    let truth = backendClock.now();
    for (let i = 0; i < 60; i += 1) {
      const ms = 1_000 + Math.floor(random() * 600_000);
      const what = Math.floor(random() * 5);
      if (what === 0) time.setWall(-ms);
      if (what === 1) time.setWall(ms);
      if (what === 2) backendClock.heard(truth - ms);
      if (what === 3) time.sleep(ms);
      if (what === 4) time.pass(ms % 5_000);
      if (what === 3) truth += ms;
      if (what === 4) truth += ms % 5_000;
      backendClock.look();
      expect(backendClock.now()).toBeGreaterThanOrEqual(truth);
    }
    backendClock.answered(truth, backendClock.moment());
    expect(backendClock.now()).toBe(truth);
  });
});

describe('a step of a clock', () => {
  const stepped = async (happens: (time: FakeTime) => void): Promise<number> => {
    const time = new FakeTime();
    const clock = new BackendClock(time, time.boot);
    let told = 0;
    clock.onStep(() => {
      told += 1;
    });
    const stop = clock.onStep(() => expect.unreachable());
    stop();
    happens(time);
    clock.look();
    clock.look();
    await Promise.resolve();
    return told;
  };

  it.each<[string, (time: FakeTime) => void]>([
    ['forward', (time) => time.setWall(HOUR)],
    ['back', (time) => time.setWall(-HOUR)],
    ['that was a sleep', (time) => time.sleep(HOUR)],
    [
      'back in a sleep of the same length',
      (time) => {
        time.sleep(HOUR);
        time.setWall(-HOUR);
      },
    ],
  ])('%s is told of once', async (_what, happens) => {
    expect(await stepped(happens)).toBe(1);
  });

  it.each<[string, (time: FakeTime) => void]>([
    ['time that passes', (time) => time.pass(10_000)],
    ['a clock that is set right by a little', (time) => time.setWall(300)],
    ['nothing', () => undefined],
  ])('is not %s', async (_what, happens) => {
    expect(await stepped(happens)).toBe(0);
  });
});

describe('what the backend says of its time', () => {
  it('takes back what a clock that was set forward had said, once it was asked', () => {
    const { time, backendClock, expiry, endsAt, watch } = setUp({ lastsMs: HOUR });
    time.setWall(2 * HOUR);
    time.pass(10);
    expect(expiry.live('g')).toBeUndefined();
    backendClock.answered(endsAt - HOUR + 10, backendClock.moment());
    watch();
    expect(expiry.live('g')?.left()).toBe(HOUR - 10);
  });

  it('is counted from the question on, however long the answer was under way', () => {
    const { time, backendClock } = setUp();
    const asked = backendClock.moment();
    const said = backendClock.now() + 5;
    time.pass(8_000);
    backendClock.answered(said, asked);
    expect(backendClock.now()).toBe(said + 8_000);
  });

  it('is counted from the question on also when the computer slept before the answer was read', () => {
    const { time, backendClock } = setUp();
    const asked = backendClock.moment();
    const said = backendClock.now();
    time.sleep(HOUR);
    backendClock.answered(said, asked);
    expect(backendClock.now()).toBe(said + HOUR);
  });

  it('makes it later when it says so by itself', () => {
    const { backendClock } = setUp();
    const later = backendClock.now() + 700;
    backendClock.heard(later);
    expect(backendClock.now()).toBe(later);
  });

  it('never makes it earlier when it says so by itself: that may have lain on the way', () => {
    const { backendClock } = setUp();
    const now = backendClock.now();
    backendClock.heard(now - 1);
    backendClock.heard(0);
    expect(backendClock.now()).toBe(now);
  });
});

describe('a grant that drains', () => {
  const draining = () => setUp({ drainsMs: 30_000 });

  it('closes for what is new at its end, and is cut later; each is told once', () => {
    const { time, expiry, told } = draining();
    time.pass(59_990);
    expect([expiry.live('g') !== undefined, expiry.passes('g'), told]).toEqual([true, true, []]);
    time.pass(10);
    expect([expiry.live('g'), expiry.passes('g'), told]).toEqual([undefined, true, ['g drains']]);
    time.pass(29_990);
    expect(told).toEqual(['g drains']);
    time.pass(10);
    expect([expiry.passes('g'), told]).toEqual([false, ['g drains', 'g expired']]);
  });

  it('is cut, without draining first, by a computer that slept through both', () => {
    const { time, expiry, told } = draining();
    time.sleep(90_000);
    expiry.check();
    expect(told).toEqual(['g expired']);
  });

  it('opens again when it gets more time meanwhile, and drains again then', () => {
    const { time, expiry, told, watch, endsAt } = draining();
    time.pass(70_000);
    watch(endsAt + 60_000);
    expect(expiry.live('g')?.left()).toBe(50_000);
    time.pass(50_000);
    time.pass(30_000);
    expect(told).toEqual(['g drains', 'g drains', 'g expired']);
  });

  it('goes on draining, once, when the same is said again', () => {
    const { time, told, watch } = draining();
    time.pass(65_000);
    watch();
    time.pass(5_000);
    expect(told).toEqual(['g drains']);
  });
});
