import { describe, expect, it } from 'vitest';
import { BackendClock } from '../../../main/grants/backend-clock.ts';
import { dueWarning, Warnings, warningLeads } from '../../../main/grants/warnings.ts';
import type { Notice } from '../../../main/notices.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { dana, ended, grant, NOW, newStore, signedIn } from '../examples.ts';
import { FakeTime } from '../fake-time.ts';

const MIN = 60_000;

describe('how long before its end a grant’s holder is told', () => {
  it.each([
    ['an hour', 60 * MIN, [10, 5, 1]],
    ['20 minutes', 20 * MIN, [10, 5, 1]],
    ['just less', 20 * MIN - 1, [5, 1]],
    ['ten', 10 * MIN, [5, 1]],
    ['nine', 9 * MIN, [1]],
    ['two', 2 * MIN, [1]],
    ['less than two', 2 * MIN - 1, []],
    ['30 s', 30_000, []],
  ])('%s → %s', (_name, length, minutes) => {
    expect(warningLeads({ startsAt: NOW, endsAt: NOW + length }).map((ms) => ms / MIN)).toEqual(minutes);
  });

  it.each<[number, number | undefined]>([
    [10 * MIN + 1, undefined],
    [10 * MIN, 10],
    [5 * MIN + 1, 10],
    [5 * MIN, 5],
    [MIN, 1],
    [1, 1],
    [0, undefined],
    [-MIN, undefined],
  ])('with %s ms left, the last one due is %s min', (left, minutes) => {
    const due = dueWarning({ startsAt: NOW, endsAt: NOW + 60 * MIN }, NOW + 60 * MIN - left);
    expect(due === undefined ? undefined : due / MIN).toBe(minutes);
  });
});

describe('warnings', () => {
  function setUp() {
    const time = new FakeTime();
    const store = newStore(signedIn());
    const told: Notice[] = [];
    const down: string[] = [];
    const backendClock = new BackendClock(time, time.boot);
    const warnings = new Warnings({
      ...{ store, backendClock, every: time.every },
      tell: (notice) => told.push(notice),
      takeDown: (key) => down.push(key),
    });
    const is = (fields: Partial<Grant> = {}) =>
      store.apply({ kind: 'grant-changed', grant: grant({ endsAt: NOW + 60 * MIN, ...fields }) });
    const titles = () => told.map((notice) => notice.title);
    return { time, store, told, down, warnings, is, titles };
  }

  it('come ten, five and one minute before the end, each once, the earlier taken down', () => {
    const { time, is, titles, down, told } = setUp();
    is();
    time.pass(49 * MIN);
    expect(titles()).toEqual([]);
    time.pass(61_000);
    expect(titles()).toEqual(['10 min left: deploy@db-1']);
    expect(told[0]?.destination).toEqual({ page: 'extend', grantId: grant().id });
    time.pass(5 * MIN);
    time.pass(4 * MIN);
    expect(titles()).toEqual(['10 min left: deploy@db-1', '5 min left: deploy@db-1', '1 min left: deploy@db-1']);
    expect(down).toEqual(told.slice(0, 2).map((notice) => notice.key));
  });

  it('are taken down at the end', () => {
    const { time, is, told, down, store } = setUp();
    is();
    time.pass(59 * MIN + 1_000);
    store.apply({ kind: 'grant-expired-here', id: grant().id });
    expect(down.at(-1)).toBe(told.at(-1)?.key);
    expect(time.waiting).toBe(0);
  });

  it('are taken down, and come again, when there is more time', () => {
    const { time, is, titles, told, down } = setUp();
    is();
    time.pass(50 * MIN + 1_000);
    is({ endsAt: NOW + 75 * MIN });
    expect(down).toEqual([told[0]?.key]);
    expect(titles()).toHaveLength(1);
    time.pass(15 * MIN);
    expect(titles()).toEqual(['10 min left: deploy@db-1', '10 min left: deploy@db-1']);
    expect(new Set(told.map((notice) => notice.key)).size).toBe(2);
  });

  it('that lie in the past when there is a little more time are not told at once', () => {
    const { time, is, titles } = setUp();
    is();
    time.pass(59 * MIN + 1_000);
    is({ endsAt: NOW + 63 * MIN });
    time.pass(1_000);
    expect(titles().slice(3)).toEqual([]);
    time.pass(3 * MIN);
    expect(titles().slice(3)).toEqual(['1 min left: deploy@db-1']);
  });

  it('say once what is left after a sleep over several of them', () => {
    const { time, is, titles } = setUp();
    is();
    time.sleep(57 * MIN);
    time.pass(1_000);
    expect(titles()).toEqual(['3 min left: deploy@db-1']);
  });

  it('come neither for what is over after a sleep, nor for what a clock set forward ends', () => {
    const { time, is, titles } = setUp();
    is();
    time.sleep(61 * MIN);
    time.pass(1_000);
    expect(titles()).toEqual([]);
  });

  it('come in time though the clock was set back', () => {
    const { time, is, titles } = setUp();
    is();
    time.setWall(-60 * MIN);
    time.pass(50 * MIN + 1_000);
    expect(titles()).toEqual(['10 min left: deploy@db-1']);
  });

  it.each<[string, Partial<Grant>]>([
    ['the grant of another', { requester: { id: dana.id, name: dana.name, email: dana.email } }],
    ['one that has not begun', { status: { state: 'scheduled' } }],
    ['one that has ended', { status: ended('revoked') }],
    ['one too short for them', { endsAt: NOW + 90_000 }],
  ])('do not come for %s', (_name, fields) => {
    const { time, is, titles } = setUp();
    is(fields);
    time.pass(60 * MIN);
    expect(titles()).toEqual([]);
  });

  it('say that open sessions may go on, where they may, and ask for nothing that is not to be had', () => {
    const { time, is, told } = setUp();
    is({ drainSeconds: 300, extension: null });
    time.pass(50 * MIN + 1_000);
    expect(told[0]?.body).toBe('What is open may go on for 5 min then.');
    expect(told[0]?.destination).toEqual({ page: 'grant', grantId: grant().id });
  });

  it('end with the sign-in', () => {
    const { time, is, store, down, told } = setUp();
    is();
    time.pass(50 * MIN + 1_000);
    store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: null } });
    expect(down).toEqual([told[0]?.key]);
    expect(time.waiting).toBe(0);
  });
});
