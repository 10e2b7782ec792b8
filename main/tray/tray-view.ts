import type { Destination } from '../../protocol/ipc/bridge.ts';
import type { Update } from '../../protocol/ipc/snapshot.ts';
import { cutsAt, type Grant } from '../../protocol/model/grant.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';
import { durationInWords } from '../../protocol/time.ts';
import { timeAndDay } from '../grants/end-words.ts';
import { myGrants, myRequests, waitingForMe } from '../snapshot.ts';
import { type AppState, personOf } from '../state.ts';
import { type QuietLength, quietItems } from './quiet.ts';

export type TrayIcon = 'signed-out' | 'idle' | 'waiting' | 'live' | 'offline';

/** What a menu item does when it is clicked. */
export type TrayAct =
  | { kind: 'open' }
  | { kind: 'show'; destination: Destination }
  | { kind: 'connect'; grantId: string }
  | { kind: 'release'; grantId: string }
  | { kind: 'terminals' }
  | { kind: 'quiet'; length: QuietLength }
  | { kind: 'sign-in' }
  | { kind: 'sign-out' }
  | { kind: 'look-for-updates' }
  /** Into the version that is ready. */
  | { kind: 'restart' }
  | { kind: 'quit' };

export type TrayItem =
  | { kind: 'separator' }
  | { kind: 'text'; label: string }
  | { kind: 'act'; label: string; act: TrayAct }
  | { kind: 'menu'; label: string; items: TrayItem[] };

export interface TrayView {
  icon: TrayIcon;
  tooltip: string;
  /** How many requests wait for this person. */
  waiting: number;
  /** How many accesses are open, those that drain too: their time left is shown. */
  open: number;
  items: TrayItem[];
}

/** How many of the last targets are offered again. */
const LAST_TARGETS = 3;

/** What the tray shows of the state. Pure. @param now wall clock, epoch ms */
export function trayView(state: AppState, now: number): TrayView {
  const backendNow = now + state.clockSkewMs;
  const mine = myGrants(state).map((held) => held.grant);
  // Not by `startsAt`: our reckoning of the backend's time is a little behind, and a fresh grant would be missed.
  const open = mine.filter((grant) => grant.status.state === 'live' && backendNow < cutsAt(grant));
  const scheduled = mine.filter((grant) => grant.status.state === 'scheduled');
  const waiting = waitingForMe(state).length;
  const sentence = sentenceOf(state, open, waiting, backendNow);
  const me = personOf(state);
  return {
    icon: iconOf(state, open.length, waiting),
    tooltip: `Sallyport: ${sentence}`,
    waiting,
    open: open.length,
    items: [
      text(sentence),
      separator,
      act('Open Sallyport', { kind: 'open' }),
      ...(waiting > 0 ? [show(`Decide requests (${waiting})`, { page: 'inbox', requestId: null })] : []),
      ...open.map((grant) => grantMenu(grant, backendNow)),
      ...scheduled.map((grant) =>
        text(`${where(grant)} begins at ${timeAndDay(grant.startsAt - state.clockSkewMs, now)}`),
      ),
      ...lastTargets(state, [...open, ...scheduled]).map((request) =>
        show(`Ask again for ${where(request)}`, { page: 'ask', requestId: request.id }),
      ),
      ...(state.terminals.length > 0 ? [act('Show terminals', { kind: 'terminals' })] : []),
      separator,
      ...(me ? quietItems(state.settings.doNotDisturbUntil, now) : []),
      show('Settings', { page: 'settings' }),
      ...updateItems(state.update),
      me ? act('Sign out', { kind: 'sign-out' }) : act('Sign in…', { kind: 'sign-in' }),
      act('Quit', { kind: 'quit' }),
    ],
  };
}

const separator: TrayItem = { kind: 'separator' };
const text = (label: string): TrayItem => ({ kind: 'text', label });
const act = (label: string, what: TrayAct): TrayItem => ({ kind: 'act', label, act: what });
const show = (label: string, destination: Destination): TrayItem => act(label, { kind: 'show', destination });

function where({ login, target }: Pick<Grant, 'login' | 'target'>): string {
  return `${login}@${target.name}`;
}

function grantMenu(grant: Grant, backendNow: number): TrayItem {
  const grantId = grant.id;
  const release = act('Release', { kind: 'release', grantId });
  if (backendNow >= grant.endsAt) {
    const left = minutesLeft(cutsAt(grant) - backendNow);
    return { kind: 'menu', label: `${where(grant)}, cut in ${left}`, items: [release] };
  }
  return {
    kind: 'menu',
    label: `${where(grant)}, ${minutesLeft(grant.endsAt - backendNow)} left`,
    items: [
      act('Connect', { kind: 'connect', grantId }),
      ...(grant.extension === null ? [] : [show('Extend…', { page: 'extend', grantId })]),
      release,
    ],
  };
}

function updateItems(update: Update): TrayItem[] {
  switch (update.state) {
    case 'off':
      return [];
    case 'current':
    case 'failed':
      return [act('Look for updates', { kind: 'look-for-updates' })];
    case 'checking':
      return [text('Looking for updates…')];
    case 'available':
      return [show(`Version ${update.version} is there…`, { page: 'settings', group: 'updates' })];
    case 'downloading':
      return [text(`Fetching version ${update.version}…`)];
    case 'ready':
      return [act(`Restart into version ${update.version}`, { kind: 'restart' })];
    default:
      return update satisfies never;
  }
}

/** Whole minutes, rounded up: a menu that counts seconds would be redrawn each second for nobody. */
function minutesLeft(ms: number): string {
  return durationInWords(Math.ceil(ms / 60_000) * 60_000);
}

/** The last of my requests for what I may still ask for and neither have nor wait for, each target and login once. */
function lastTargets(state: AppState, held: readonly Grant[]): AccessRequest[] {
  const mine = myRequests(state);
  const pending = mine.filter((request) => request.state === 'pending');
  const known = new Set([...held, ...pending].map(where));
  const access = new Set(state.access.map(({ target }) => target.name));
  const last: AccessRequest[] = [];
  for (const request of mine) {
    if (last.length === LAST_TARGETS) break;
    if (request.extendsGrantId !== null || !access.has(request.target.name) || known.has(where(request))) continue;
    known.add(where(request));
    last.push(request);
  }
  return last;
}

function iconOf(state: AppState, open: number, waiting: number): TrayIcon {
  if (state.signIn.state !== 'signed-in') return 'signed-out';
  if (state.connection.state === 'offline') return 'offline';
  if (waiting > 0) return 'waiting';
  return open > 0 ? 'live' : 'idle';
}

function sentenceOf(state: AppState, open: readonly Grant[], waiting: number, backendNow: number): string {
  const person = personOf(state);
  if (!person) return state.signIn.state === 'signing-in' ? 'signing in' : 'signed out';
  const parts = [`signed in as ${person.name}`];
  if (state.connection.state === 'offline') parts.push('backend not reachable');
  const [next] = open;
  if (next) {
    const ends = backendNow < next.endsAt ? next.endsAt : cutsAt(next);
    const left = minutesLeft(ends - backendNow);
    parts.push(
      open.length === 1 ? `${where(next)} open, ${left} left` : `${open.length} accesses open, ${left} left of one`,
    );
  }
  if (waiting > 0) parts.push(waiting === 1 ? '1 request waits for you' : `${waiting} requests wait for you`);
  return parts.join(', ');
}
