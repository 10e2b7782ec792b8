import type { Grant } from '../../protocol/model/grant.ts';
import { durationInWords } from '../../protocol/time.ts';
import { myGrants, waitingForMe } from '../snapshot.ts';
import { type AppState, personOf } from '../state.ts';

export type TrayIcon = 'signed-out' | 'idle' | 'waiting' | 'live' | 'offline';

/** What a menu item does when it is clicked. */
export type TrayAct =
  | { kind: 'open' }
  | { kind: 'inbox' }
  | { kind: 'connect'; grantId: string }
  | { kind: 'release'; grantId: string }
  | { kind: 'terminals' }
  | { kind: 'sign-in' }
  | { kind: 'sign-out' }
  | { kind: 'quit' };

export type TrayItem =
  | { kind: 'separator' }
  | { kind: 'text'; label: string }
  | { kind: 'act'; label: string; act: TrayAct }
  | { kind: 'menu'; label: string; items: TrayItem[] };

export interface TrayView {
  icon: TrayIcon;
  tooltip: string;
  items: TrayItem[];
}

/** What the tray shows of the state. Pure. @param now wall clock, epoch ms */
export function trayView(state: AppState, now: number): TrayView {
  const backendNow = now + state.clockSkewMs;
  const live = myGrants(state)
    .map((held) => held.grant)
    // Not by `startsAt`: our reckoning of the backend's time is a little behind, and a fresh grant would be missed.
    .filter((grant) => grant.status.state === 'live' && backendNow < grant.endsAt);
  const waiting = waitingForMe(state).length;
  const sentence = sentenceOf(state, live, waiting);
  return {
    icon: iconOf(state, live.length, waiting),
    tooltip: `Sallyport: ${sentence}`,
    items: [
      { kind: 'text', label: sentence },
      { kind: 'separator' },
      { kind: 'act', label: 'Open Sallyport', act: { kind: 'open' } },
      ...(waiting > 0
        ? [{ kind: 'act', label: `Decide requests (${waiting})`, act: { kind: 'inbox' } } satisfies TrayItem]
        : []),
      ...live.map((grant) => grantMenu(grant, backendNow)),
      ...(state.terminals.length > 0
        ? [{ kind: 'act', label: 'Show terminals', act: { kind: 'terminals' } } satisfies TrayItem]
        : []),
      { kind: 'separator' },
      personOf(state)
        ? { kind: 'act', label: 'Sign out', act: { kind: 'sign-out' } }
        : { kind: 'act', label: 'Sign in…', act: { kind: 'sign-in' } },
      { kind: 'act', label: 'Quit', act: { kind: 'quit' } },
    ],
  };
}

function grantMenu(grant: Grant, backendNow: number): TrayItem {
  return {
    kind: 'menu',
    label: `${grant.login}@${grant.target.name}, ${timeLeft(grant, backendNow)} left`,
    items: [
      { kind: 'act', label: 'Connect', act: { kind: 'connect', grantId: grant.id } },
      { kind: 'act', label: 'Release', act: { kind: 'release', grantId: grant.id } },
    ],
  };
}

/** Whole minutes, rounded up: a menu that counts seconds would be redrawn each second for nobody. */
function timeLeft(grant: Grant, backendNow: number): string {
  return durationInWords(Math.ceil((grant.endsAt - backendNow) / 60_000) * 60_000);
}

function iconOf(state: AppState, live: number, waiting: number): TrayIcon {
  if (state.signIn.state !== 'signed-in') return 'signed-out';
  if (state.connection.state === 'offline') return 'offline';
  if (waiting > 0) return 'waiting';
  return live > 0 ? 'live' : 'idle';
}

function sentenceOf(state: AppState, live: readonly Grant[], waiting: number): string {
  const person = personOf(state);
  if (!person) return state.signIn.state === 'signing-in' ? 'signing in' : 'signed out';
  const parts = [`signed in as ${person.name}`];
  if (state.connection.state === 'offline') parts.push('backend not reachable');
  if (live.length > 0) parts.push(live.length === 1 ? '1 access open' : `${live.length} accesses open`);
  if (waiting > 0) parts.push(waiting === 1 ? '1 request waits for you' : `${waiting} requests wait for you`);
  return parts.join(', ');
}
