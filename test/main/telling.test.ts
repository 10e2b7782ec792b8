import { describe, expect, it } from 'vitest';
import { buttonsOf, mayApproveByButton, pressed } from '../../main/notice-buttons.ts';
import type { Notice } from '../../main/notices.ts';
import type { Change } from '../../main/state.ts';
import { Telling } from '../../main/telling.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../protocol/ipc/settings.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';
import { dana, ended, erin, grant, NOW, newStore, overview, request, signedIn, stateAfter } from './examples.ts';
import { FakeTime } from './fake-time.ts';

function setUp() {
  const time = new FakeTime();
  const store = newStore(signedIn(dana), { kind: 'overview', overview: overview({ person: dana }), clockSkewMs: 0 });
  const shown: string[] = [];
  const down: string[] = [];
  const show = ({ title }: Notice) => {
    shown.push(title);
    return () => void down.push(title);
  };
  const telling = new Telling({ store, scheduler: time, now: () => time.now(), show });
  const asks = (id: number, fields: Partial<AccessRequest> = {}) =>
    store.apply({ kind: 'request-changed', request: request({ id: `req_000000000${id}`, ...fields }) });
  const settings = (fields: Partial<Settings>) =>
    store.apply({ kind: 'settings', settings: { ...DEFAULT_SETTINGS, ...fields } });
  return { time, store, shown, down, telling, asks, settings };
}
const one = 'Erin asks for deploy@db-1';
const batchId = 'bat_0000000001';

describe('telling', () => {
  it('tells a fact once, and takes it down when it no longer holds', () => {
    const { shown, down, asks, telling } = setUp();
    asks(1);
    telling.tell({ key: 'waits:req_0000000001', title: 'again', body: '', destination: { page: 'home' } });
    expect(shown).toEqual([one]);
    asks(1, { state: 'lapsed' });
    expect(down).toEqual([one]);
  });

  it('takes an end back that a wrong clock had told, and tells the right one when it comes', () => {
    const { store, shown, down } = setUp();
    store.apply(signedIn(erin));
    store.apply({ kind: 'overview', overview: overview(), clockSkewMs: 0 });
    const live: Change = { kind: 'grant-changed', grant: grant() };
    const expired: Change = { kind: 'grant-expired-here', id: grant().id };
    const end = 'Access ended: deploy@db-1';
    store.apply(live);
    store.apply(expired);
    expect([shown, down]).toEqual([[end], []]);
    store.apply(live);
    expect([shown, down]).toEqual([[end], [end]]);
    store.apply(expired);
    store.apply({ kind: 'grant-changed', grant: grant({ status: ended('expired') }) });
    expect([shown, down]).toEqual([[end, end], [end]]);
  });

  it('tells a batch in one notice, when all of it has come', () => {
    const { time, shown, asks } = setUp();
    for (const id of [1, 2, 3]) asks(id, { batchId });
    expect(shown).toEqual([]);
    time.pass(500);
    expect(shown).toEqual(['Erin asks for 3 targets']);
  });

  it('tells nothing of a batch that is decided before it was told', () => {
    const { time, shown, asks } = setUp();
    asks(1, { batchId });
    asks(1, { batchId, state: 'cancelled' });
    time.pass(500);
    expect(shown).toEqual([]);
  });

  it('takes the notice of a batch down when the last of it is decided', () => {
    const { time, down, asks } = setUp();
    for (const id of [1, 2]) asks(id, { batchId });
    time.pass(500);
    asks(1, { batchId, state: 'denied' });
    expect(down).toEqual([]);
    asks(2, { batchId, state: 'denied' });
    expect(down).toEqual(['Erin asks for 2 targets']);
  });

  it('shows nothing where notifications are off, also not later', () => {
    const { shown, asks, settings } = setUp();
    settings({ notifications: false });
    asks(1);
    settings({ notifications: true });
    asks(1);
    expect(shown).toEqual([]);
  });

  it('stops with the app, and takes everything down', () => {
    const { time, shown, down, telling, asks, settings } = setUp();
    asks(1);
    asks(2, { batchId });
    settings({ doNotDisturbUntil: time.now() + 5_000 });
    telling.dispose();
    expect(down).toEqual([one]);
    expect(time.waiting).toBe(0);
    asks(3);
    expect(shown).toEqual([one]);
  });
});

describe('while nobody wants to be disturbed', () => {
  const quiet = () => {
    const parts = setUp();
    parts.settings({ doNotDisturbUntil: parts.time.now() + 60_000 });
    return parts;
  };

  it('nothing is shown; when it is over, only how much still waits', () => {
    const { time, shown, asks } = quiet();
    for (const id of [1, 2, 3]) asks(id);
    asks(3, { state: 'lapsed' });
    time.pass(59_000);
    expect(shown).toEqual([]);
    time.pass(1_000);
    expect(shown).toEqual(['2 requests wait for you']);
  });

  it('how much waits is told once', () => {
    const { time, shown, asks, settings } = quiet();
    asks(1);
    time.pass(60_000);
    settings({ doNotDisturbUntil: 0 });
    settings({ doNotDisturbUntil: time.now() + 1_000 });
    time.pass(1_000);
    expect(shown).toEqual([one]);
  });

  it('one request that waits is told by name', () => {
    const { time, shown, asks } = quiet();
    asks(1);
    time.pass(60_000);
    expect(shown).toEqual([one]);
  });

  it('and nothing came, nothing is told afterwards', () => {
    const { time, shown, asks, settings } = setUp();
    asks(1);
    settings({ doNotDisturbUntil: time.now() + 60_000 });
    time.pass(60_000);
    expect(shown).toEqual([one]);
  });

  it('and nothing waits any more, nothing is told afterwards', () => {
    const { time, shown, asks } = quiet();
    asks(1);
    asks(1, { state: 'approved' });
    time.pass(60_000);
    expect(shown).toEqual([]);
  });

  it('what happens after is told as ever', () => {
    const { time, shown, asks } = quiet();
    time.pass(60_000);
    asks(1);
    expect(shown).toEqual([one]);
  });

  it('the person may end it earlier, or make it longer', () => {
    const first = quiet();
    first.asks(1);
    first.settings({ doNotDisturbUntil: 0 });
    expect(first.shown).toEqual([one]);
    const second = quiet();
    second.asks(1);
    second.settings({ doNotDisturbUntil: second.time.now() + 120_000 });
    second.time.pass(119_000);
    expect(second.shown).toEqual([]);
    second.time.pass(1_000);
    expect(second.shown).toEqual([one]);
  });
});

describe('the button "Approve" of a notice', () => {
  const notice: Notice = {
    ...{ key: 'x', title: '', body: '', destination: { page: 'home' } },
    approve: { requestId: 'req_0000000001', revision: 1 },
  };
  const asked = (fields: Partial<AccessRequest> = {}): Change => ({
    kind: 'request-changed',
    request: request(fields),
  });
  const saidYes = {
    ...{ id: 'dec_0000000001', groups: ['leads'], at: NOW, verdict: 'approve' as const, reason: '' },
    approver: { id: dana.id, name: dana.name, email: dana.email },
    onBehalfOf: null,
  };

  it('is there for a request that waits, and for nothing else', () => {
    const { approve: _approve, ...other } = notice;
    expect([buttonsOf(notice), buttonsOf(other)]).toEqual([['Approve', 'Look'], []]);
  });

  it.each([
    [0, 'Approve'],
    [1, 'Look'],
    [2, undefined],
    [-1, undefined],
    ['0', undefined],
    [undefined, undefined],
  ])('is index 0: %j → %s', (index, button) => {
    expect(pressed(['Approve', 'Look'], index)).toBe(button);
  });

  it.each<[string, Change[], Notice, boolean]>([
    ['what was shown', [signedIn(dana), asked()], notice, true],
    ['a request that was changed since', [signedIn(dana), asked({ revision: 2 })], notice, false],
    ['a request that is decided', [signedIn(dana), asked({ state: 'denied' })], notice, false],
    ['a request of which they said their word', [signedIn(dana), asked({ decisions: [saidYes] })], notice, false],
    ['a request that is not theirs to decide', [signedIn(), asked()], notice, false],
    ['a request that is not known', [signedIn(dana)], notice, false],
    ['anything, when nobody is signed in', [], notice, false],
    [
      'a notice without it',
      [signedIn(dana), asked()],
      { key: 'x', title: '', body: '', destination: { page: 'home' } },
      false,
    ],
  ])('approves %s: %s', (_name, changes, of, may) => {
    expect(mayApproveByButton(stateAfter(...changes), of, false)).toBe(may);
    expect(mayApproveByButton(stateAfter(...changes), of, true)).toBe(false);
  });
});
