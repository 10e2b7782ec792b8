import { describe, expect, it } from 'vitest';
import { IdleSignOut } from '../../main/idle-sign-out.ts';
import type { Notice } from '../../main/notices.ts';
import type { AppError } from '../../protocol/errors.ts';
import { DEFAULT_SETTINGS } from '../../protocol/ipc/settings.ts';
import { dana, newStore, signedIn } from './examples.ts';

const MINUTE = 60;

/** A computer whose person is away for as long as the test says. */
function setUp(minutes: number, { signedOut = false } = {}) {
  const store = newStore(...(signedOut ? [] : [signedIn(dana)]));
  store.apply({ kind: 'settings', settings: { ...DEFAULT_SETTINGS, idleSignOutMinutes: minutes } });
  const desk = { at: 1_000, touchedAt: 1_000, locked: false, tells: true };
  const ends: AppError[] = [];
  const told: Notice[] = [];
  let look = (): void => undefined;
  const idle = new IdleSignOut({
    store,
    uptime: () => desk.at,
    idleSeconds: () => (desk.tells ? desk.at - desk.touchedAt : 0),
    isLocked: () => desk.locked,
    every: (_ms, act) => {
      look = act;
      return () => undefined;
    },
    signOut: (why) => {
      ends.push(why);
      store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: null } });
    },
    tell: (notice) => told.push(notice),
  });
  /** So many seconds pass; the app looks every twenty. */
  const pass = (seconds: number, { touching = false } = {}): void => {
    for (const until = desk.at + seconds; desk.at < until; ) {
      desk.at += Math.min(20, until - desk.at);
      if (touching) desk.touchedAt = desk.at;
      look();
    }
  };
  /** Timers stand still; whoever wakes the computer touches it. */
  const sleep = (seconds: number): void => {
    desk.at += seconds;
    desk.touchedAt = desk.at;
    idle.look();
  };
  return { desk, ends, told, pass, sleep };
}

describe('nobody is signed out', () => {
  it.each<[string, number, (computer: ReturnType<typeof setUp>) => void]>([
    ['when it was not chosen', 0, ({ pass }) => pass(24 * 60 * MINUTE)],
    ['a moment before the time', 15, ({ pass }) => pass(15 * MINUTE - 1)],
    ['who works all day', 15, ({ pass }) => pass(8 * 60 * MINUTE, { touching: true })],
    [
      'who was away twice, each time not long enough',
      15,
      ({ pass, desk }) => {
        pass(14 * MINUTE);
        desk.touchedAt = desk.at;
        pass(14 * MINUTE);
      },
    ],
    ['whose computer slept for a short time', 15, ({ sleep }) => sleep(14 * MINUTE)],
    [
      'who locked the screen for a short time',
      15,
      ({ desk, pass }) => {
        desk.locked = true;
        pass(14 * MINUTE);
        desk.locked = false;
        desk.touchedAt = desk.at;
        pass(14 * MINUTE);
      },
    ],
  ])('%s', (_who, minutes, happens) => {
    const computer = setUp(minutes);
    happens(computer);
    expect(computer.ends).toEqual([]);
    expect(computer.told).toEqual([]);
  });

  it('who is signed out already', () => {
    const { pass, ends, told } = setUp(15, { signedOut: true });
    pass(60 * MINUTE);
    expect([...ends, ...told]).toEqual([]);
  });
});

describe('whoever leaves the computer is signed out', () => {
  it.each<[string, (computer: ReturnType<typeof setUp>) => void]>([
    ['after the time', ({ pass }) => pass(15 * MINUTE)],
    ['after a sleep of that time, though the one who woke it is there', ({ sleep }) => sleep(15 * MINUTE)],
    [
      'after a time of idling and sleeping',
      ({ pass, sleep }) => {
        pass(10 * MINUTE);
        sleep(5 * MINUTE);
      },
    ],
    [
      'with a locked screen, where the desktop tells nothing of idling',
      ({ desk, pass }) => {
        desk.tells = false;
        desk.locked = true;
        pass(15 * MINUTE);
      },
    ],
  ])('%s', (_when, happens) => {
    const computer = setUp(15);
    happens(computer);
    expect(computer.ends.map(({ code, message }) => [code, message])).toEqual([
      ['sign-in-expired', 'You were signed out. Nobody used this computer for 15 minutes.'],
    ]);
    expect(computer.told).toHaveLength(1);
  });

  it('once, and again only after the next sign-in', () => {
    const { pass, ends } = setUp(1);
    pass(60 * MINUTE);
    expect(ends).toHaveLength(1);
  });
});
