import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onLockSignals, sessionPath } from '../../main/lock-signals.ts';
import type { Notice } from '../../main/notices.ts';
import { endsOnLock, ScreenLock } from '../../main/screen-lock.ts';
import type { Change } from '../../main/state.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import { startMessageBus } from '../../scripts/message-bus.ts';
import { BusConnection } from '../support/desktop/bus-connection.ts';
import { Occurrences } from '../support/occurrences.ts';
import { dana, ended, grant, NOW, newStore, signedIn, stateAfter } from './examples.ts';

const live = (fields: Partial<Grant> = {}): Change => ({ kind: 'grant-changed', grant: grant(fields) });
const endsIt = live({ onScreenLock: 'end' });
const keepsIt = live({ id: 'gra_0000000002', target: { ...grant().target, name: 'web-1' } });
const openTerminal = (n: number, grantId = grant().id): Change => ({
  kind: 'terminal',
  terminal: { id: `term-${n}`, beside: null, grantId, title: '', endsAt: NOW, status: { state: 'open' } },
});

describe('what is ended when the screen is locked', () => {
  it.each<[string, Change[], number]>([
    ['access whose policy says so', [signedIn(), endsIt], 1],
    ['no access whose policy keeps it', [signedIn(), keepsIt], 0],
    ['no access of another', [signedIn(dana), endsIt], 0],
    ['no access that has not begun', [signedIn(), live({ onScreenLock: 'end', status: { state: 'scheduled' } })], 0],
    ['no access that has ended', [signedIn(), live({ onScreenLock: 'end', status: ended('revoked') })], 0],
    ['nothing when nobody is signed in', [endsIt], 0],
  ])('is %s', (_name, changes, count) => {
    expect(endsOnLock(stateAfter(...changes))).toHaveLength(count);
  });
});

describe('the screen is locked', () => {
  function setUp(...changes: Change[]) {
    const store = newStore(signedIn(), ...changes);
    const told: Notice[] = [];
    const now = vi.fn((id: string, note: string) => store.apply({ kind: 'grant-released-here', id, at: NOW, note }));
    const lock = new ScreenLock({ store, releases: { now }, tell: (notice) => told.push(notice) });
    return { store, now, lock, told: () => told.map(({ title, body }) => `${title} | ${body}`) };
  }

  it('ends at once what policy says, and tells it when it is unlocked', () => {
    const { lock, now, told } = setUp(endsIt, keepsIt);
    lock.changed(true);
    expect(now).toHaveBeenCalledWith(grant().id, 'the screen was locked');
    expect(told()).toEqual([]);
    lock.changed(false);
    expect(told()).toEqual(['Access ended while the screen was locked | deploy@db-1.']);
  });

  it('is heard twice and acted on once', () => {
    const { lock, now, told } = setUp(endsIt);
    for (const locked of [true, true, false, false]) lock.changed(locked);
    expect(now).toHaveBeenCalledOnce();
    expect(told()).toHaveLength(1);
  });

  it('also ends what begins while it is locked', () => {
    const { lock, now, store, told } = setUp();
    lock.changed(true);
    store.apply(endsIt);
    expect(now).toHaveBeenCalledOnce();
    lock.changed(false);
    expect(told()).toHaveLength(1);
    store.apply(live({ id: 'gra_0000000009', onScreenLock: 'end' }));
    expect(now).toHaveBeenCalledOnce();
  });

  it('says on unlock what is still open', () => {
    const { lock, told } = setUp(keepsIt, openTerminal(1, 'gra_0000000002'), openTerminal(2, 'gra_0000000002'));
    lock.changed(true);
    lock.changed(false);
    expect(told()).toEqual(['2 sessions are still open | They went on while the screen was locked.']);
  });

  it('says both when something ended and something went on', () => {
    const { lock, told } = setUp(endsIt, keepsIt, openTerminal(1, 'gra_0000000002'));
    lock.changed(true);
    lock.changed(false);
    expect(told()).toEqual(['Access ended while the screen was locked | deploy@db-1. 1 session is still open.']);
  });

  it('says nothing where nothing was open', () => {
    const { lock, told } = setUp(keepsIt);
    lock.changed(true);
    lock.changed(false);
    lock.changed(false);
    expect(told()).toEqual([]);
  });

  it('is not listened to after the app stopped', () => {
    const { lock, now, store } = setUp();
    lock.changed(true);
    lock.dispose();
    store.apply(endsIt);
    expect(now).not.toHaveBeenCalled();
  });
});

describe('the object of a session at logind', () => {
  it.each([
    ['2', '_32'],
    ['c2', 'c2'],
    ['12', '_312'],
    ['a_b-c', 'a_5fb_2dc'],
  ])('%s is …/%s', (id, name) => {
    expect(sessionPath(id)).toBe(`/org/freedesktop/login1/session/${name}`);
  });
});

describe('lock signals on the message buses of Linux', () => {
  let bus: Awaited<ReturnType<typeof startMessageBus>>;
  let desktop: BusConnection;
  let heard: Occurrences<boolean>;
  let stop: () => void;
  const signal = (iface: string, member: string, path = '/x', signature = '', body: unknown[] = []) =>
    desktop.signal(path, [iface, member], signature, body);

  beforeEach(async () => {
    bus = await startMessageBus();
    desktop = new BusConnection(bus.address);
    heard = new Occurrences('lock signal');
    const env = { DBUS_SESSION_BUS_ADDRESS: bus.address, DBUS_SYSTEM_BUS_ADDRESS: bus.address, XDG_SESSION_ID: '7' };
    stop = onLockSignals(
      env,
      (locked) => heard.add(locked),
      () => undefined,
    );
    // Until the bus knows what we listen for: the first of many is heard.
    await expect
      .poll(async () => {
        await signal('org.gnome.ScreenSaver', 'ActiveChanged', '/x', 'b', [false]);
        return heard.all.length;
      })
      .toBeGreaterThan(0);
  });
  afterEach(async () => {
    stop();
    desktop.dispose();
    await bus.dispose();
  });

  it.each(['org.freedesktop', 'org.gnome', 'org.cinnamon', 'org.mate', 'org.xfce'])(
    'are heard from %s.ScreenSaver',
    async (name) => {
      const from = heard.all.length;
      await signal(`${name}.ScreenSaver`, 'ActiveChanged', '/x', 'b', [true]);
      expect(await heard.first(() => true, { from })).toBe(true);
    },
  );

  it('are heard from logind for this session, and for no other', async () => {
    await desktop.own('org.freedesktop.login1');
    const from = heard.all.length;
    await signal('org.freedesktop.login1.Session', 'Lock', sessionPath('8'));
    await signal('org.freedesktop.login1.Session', 'Lock', sessionPath('7'));
    await signal('org.freedesktop.login1.Session', 'Unlock', sessionPath('7'));
    await heard.first((locked) => !locked, { from });
    expect(heard.all.slice(from)).toEqual([true, false]);
  });

  it.each<[string, string, string, string, unknown[]]>([
    ['a name of ours from another', 'org.example.ScreenSaver', 'ActiveChanged', 'b', [true]],
    ['another signal', 'org.gnome.ScreenSaver', 'WakeUpScreen', '', []],
    ['one that says no yes or no', 'org.gnome.ScreenSaver', 'ActiveChanged', 's', ['true']],
    ['one from somebody who is not logind', 'org.freedesktop.login1.Session', 'Lock', '', []],
  ])('are not %s', async (_name, iface, member, signature, body) => {
    const from = heard.all.length;
    await signal(iface, member, sessionPath('7'), signature, body);
    await signal('org.mate.ScreenSaver', 'ActiveChanged', '/x', 'b', [false]);
    await heard.first(() => true, { from });
    expect(heard.all.slice(from)).toEqual([false]);
  });
});
