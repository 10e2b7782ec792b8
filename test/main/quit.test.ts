import { describe, expect, it, vi } from 'vitest';
import { Quit } from '../../main/quit.ts';
import type { Change } from '../../main/state.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import { dana, ended, grant, NOW, newStore, signedIn } from './examples.ts';

const live = (fields: Partial<Grant> = {}): Change => ({ kind: 'grant-changed', grant: grant(fields) });
const second = live({ id: 'gra_0000000002' });
const others = live({ id: 'gra_0000000003', requester: { id: dana.id, name: dana.name, email: dana.email } });
const over = live({ id: 'gra_0000000004', status: ended('revoked') });
const terminal = {
  kind: 'terminal',
  terminal: {
    ...{ id: 'term-1', beside: null, grantId: grant().id, title: '', endsAt: NOW },
    status: { state: 'open' },
  },
} as const satisfies Change;

function setUp(...changes: Change[]) {
  const releases = { now: vi.fn(), told: vi.fn(() => Promise.resolve()) };
  const [ask, end, endAtOnce, cut] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
  const quit = new Quit({ store: newStore(signedIn(), ...changes), releases, ask, end, endAtOnce, cut });
  return {
    quit,
    releases,
    ask,
    end,
    endAtOnce,
    cut,
    released: () => releases.now.mock.calls.map(([grantId]) => grantId),
  };
}

describe('quitting', () => {
  it.each<[string, Change[], boolean, boolean]>([
    ['with nothing open', [live()], false, false],
    [
      'with a terminal that is over',
      [
        live(),
        {
          ...terminal,
          terminal: { ...terminal.terminal, status: { state: 'ended', reason: null, sentence: '', at: NOW } },
        },
      ],
      false,
      false,
    ],
    ['with an open terminal', [live(), terminal], false, true],
    ['with an open terminal, confirmed', [live(), terminal], true, false],
  ])('%s', async (_name, changes, confirmed, asks) => {
    const { quit, ask, end } = setUp(...changes);
    await quit.request({ confirmed, release: false, again: false });
    expect([ask.mock.calls.length, end.mock.calls.length]).toEqual(asks ? [1, 0] : [0, 1]);
    expect(quit.ending).toBe(!asks);
  });

  it.each([
    ['a restart', true],
    ['an ordinary quit', false],
  ])('%s with nothing open ends the app and says whether it starts again', async (_name, again) => {
    const { quit, end } = setUp();
    await quit.request({ confirmed: false, release: false, again });
    expect(end.mock.calls).toEqual([[again]]);
  });

  it.each([
    ['a restart', true],
    ['an ordinary quit', false],
  ])('%s asks about what is open, and says what the question is about', async (_name, again) => {
    const { quit, ask, end } = setUp(live(), terminal);
    await quit.request({ confirmed: false, release: false, again });
    expect(ask.mock.calls).toEqual([[again]]);
    expect(end).not.toHaveBeenCalled();
    await quit.request({ confirmed: true, release: false, again });
    expect(end.mock.calls).toEqual([[again]]);
  });

  it.each(['request', 'leave'] as const)('ends the app though something could not be cut (%s)', async (how) => {
    const { quit, cut, end, endAtOnce } = setUp();
    cut.mockImplementation(() => {
      throw new Error('a disk');
    });
    const done = how === 'leave' ? quit.leave() : quit.request({ confirmed: true, release: false, again: false });
    await done.catch(() => undefined);
    expect((how === 'leave' ? endAtOnce : end).mock.calls).toHaveLength(1);
    expect(quit.ended).toBe(true);
  });

  it('a quit that follows a restart nobody confirmed is no restart', async () => {
    const { quit, end } = setUp(live(), terminal);
    await quit.request({ confirmed: false, release: false, again: true });
    await quit.request({ confirmed: true, release: false, again: false });
    expect(end.mock.calls).toEqual([[false]]);
  });

  it('releases what lives of this person, and nothing else, where that is wanted', async () => {
    const { quit, released, end } = setUp(live(), second, others, over, terminal);
    await quit.request({ confirmed: true, release: true, again: false });
    expect(released()).toEqual(['gra_0000000001', 'gra_0000000002']);
    expect(end).toHaveBeenCalledOnce();
  });

  it('releases nothing where that is not wanted', async () => {
    const { quit, released, releases } = setUp(live(), terminal);
    await quit.request({ confirmed: true, release: false, again: false });
    expect(released()).toEqual([]);
    expect(releases.told).not.toHaveBeenCalled();
  });

  it('releases what ends with its session, if one is open, in any case', async () => {
    const { quit, released } = setUp(
      live({ endsWithSession: true }),
      live({ id: 'gra_0000000002', endsWithSession: true }),
      terminal,
    );
    await quit.request({ confirmed: true, release: false, again: false });
    expect(released()).toEqual(['gra_0000000001']);
  });

  it('ends once, though it is asked twice, and after the backend was told', async () => {
    const { quit, releases, end } = setUp(live());
    let told = (): void => undefined;
    releases.told.mockReturnValue(
      new Promise<void>((resolve) => {
        told = resolve;
      }),
    );
    const first = quit.request({ confirmed: true, release: true, again: false });
    await quit.request({ confirmed: true, release: true, again: false });
    expect(end).not.toHaveBeenCalled();
    told();
    await first;
    expect(end).toHaveBeenCalledOnce();
    expect(releases.now).toHaveBeenCalledOnce();
  });

  it('cuts what is open before the backend has answered, and once', async () => {
    const { quit, releases, cut, end } = setUp(live(), terminal);
    releases.told.mockReturnValue(new Promise(() => {}));
    void quit.request({ confirmed: true, release: true, again: false });
    expect(releases.now).toHaveBeenCalledOnce();
    expect(cut).toHaveBeenCalledOnce();
    void quit.leave();
    expect(cut).toHaveBeenCalledOnce();
    expect([end.mock.calls.length, quit.ending, quit.ended]).toEqual([0, true, false]);
  });

  it('cuts nothing while it only asks', async () => {
    const { quit, cut } = setUp(live(), terminal);
    await quit.request({ confirmed: false, release: false, again: false });
    expect(cut).not.toHaveBeenCalled();
    expect([quit.ending, quit.ended]).toEqual([false, false]);
  });
});

describe('when the system ends the app', () => {
  it.each<[string, Change[], string[]]>([
    ['nothing, without policy or wish', [live(), terminal], []],
    ['what ends with its session, if one is open', [live({ endsWithSession: true }), terminal], [grant().id]],
    ['not what ends with a session that is not open', [live({ endsWithSession: true })], []],
    ['what policy ends when the screen is locked, open or not', [live({ onScreenLock: 'end' })], [grant().id]],
    ['each once', [live({ onScreenLock: 'end', endsWithSession: true }), terminal], [grant().id]],
    ['nothing of others', [others], []],
    ['nothing that is over', [live({ onScreenLock: 'end', status: ended('revoked') })], []],
  ])('is released: %s', async (_what, changes, ids) => {
    const { quit, released, cut, endAtOnce, ask, end } = setUp(...changes);
    await quit.leave();
    expect(released()).toEqual(ids);
    expect([cut, endAtOnce, ask, end].map((call) => call.mock.calls.length)).toEqual([1, 1, 0, 0]);
    expect(quit.ended).toBe(true);
  });

  it('everything is cut before the call returns, and it waits for the backend for two seconds at most', () => {
    const { quit, releases, cut, endAtOnce } = setUp(live({ onScreenLock: 'end' }));
    releases.told.mockReturnValue(new Promise(() => {}));
    void quit.leave();
    expect(cut).toHaveBeenCalledOnce();
    expect(releases.told).toHaveBeenCalledWith(2_000);
    expect(endAtOnce).not.toHaveBeenCalled();
  });

  it('what was asked before is not waited for, and being told twice changes nothing', async () => {
    const { quit, endAtOnce, end } = setUp(live(), terminal);
    await quit.request({ confirmed: false, release: false, again: false });
    await Promise.all([quit.leave(), quit.leave()]);
    await quit.request({ confirmed: true, release: true, again: false });
    expect([endAtOnce.mock.calls.length, end.mock.calls.length]).toEqual([1, 0]);
  });
});
