import { describe, expect, it } from 'vitest';
import type { Change } from '../../../main/state.ts';
import { type TrayItem, trayView } from '../../../main/tray/tray-view.ts';
import { dana, ended, erin, grant, NOW, overview, request, signedIn, stateAfter } from '../examples.ts';

const online: Change = { kind: 'connection', connection: { state: 'online' } };
const offline: Change = {
  kind: 'connection',
  connection: { state: 'offline', since: NOW, problem: { code: 'offline', message: 'x' } },
};
const live: Change = { kind: 'grant-changed', grant: grant() };
const waits: Change = { kind: 'request-changed', request: request() };
const view = (...changes: Change[]) => trayView(stateAfter(...changes), NOW);
const labels = (items: TrayItem[]): string[] =>
  items.flatMap((item) =>
    item.kind === 'separator' ? [] : [item.label, ...(item.kind === 'menu' ? labels(item.items) : [])],
  );

describe('the tray', () => {
  it.each<[string, Change[], string]>([
    ['signed out', [], 'signed-out'],
    [
      'signed out, whatever was there',
      [signedIn(), live, { kind: 'sign-in', signIn: { state: 'signed-out', problem: null } }],
      'signed-out',
    ],
    ['nothing to do', [signedIn(), online], 'idle'],
    ['a request waits for me', [signedIn(dana), online, waits], 'waiting'],
    ['my own request waits for others', [signedIn(erin), online, waits], 'idle'],
    ['my access is open', [signedIn(), online, live], 'live'],
    ['the access of another is open', [signedIn(dana), online, live], 'idle'],
    [
      'my access has ended',
      [signedIn(), online, { kind: 'grant-changed', grant: grant({ status: ended('revoked') }) }],
      'idle',
    ],
    [
      'my access is over by the clock',
      [signedIn(), online, { kind: 'grant-changed', grant: grant({ endsAt: NOW }) }],
      'idle',
    ],
    ['no backend, though access is open', [signedIn(), live, offline], 'offline'],
  ])('shows: %s', (_name, changes, icon) => {
    expect(view(...changes).icon).toBe(icon);
  });

  it('offers to connect and to release, with the whole minutes that are left', () => {
    const { items, tooltip } = view(signedIn(), online, {
      kind: 'grant-changed',
      grant: grant({ endsAt: NOW + 61_000 }),
    });
    expect(labels(items)).toEqual([
      'signed in as Erin, 1 access open',
      ...['Open Sallyport', 'deploy@db-1, 2 min left', 'Connect', 'Release', 'Sign out', 'Quit'],
    ]);
    expect(tooltip).toBe('Sallyport: signed in as Erin, 1 access open');
  });

  it('counts what waits, by the backend’s clock and the person’s groups', () => {
    const { items } = view(signedIn(dana), {
      kind: 'overview',
      overview: overview({ person: dana, requests: [request()] }),
      clockSkewMs: 0,
    });
    expect(labels(items)).toContain('Decide requests (1)');
  });

  it('reckons the time that is left by the backend’s clock', () => {
    const { items } = view(signedIn(), { kind: 'clock', clockSkewMs: -3_540_000 }, live);
    expect(labels(items)).toContain('deploy@db-1, 1 h left');
  });

  it('offers the signed-out nothing but to open, sign in and quit', () => {
    expect(labels(view().items)).toEqual(['signed out', 'Open Sallyport', 'Sign in…', 'Quit']);
  });
});
