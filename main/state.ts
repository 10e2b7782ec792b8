import type { Overview } from '../protocol/api/routes.ts';
import type { Failure } from '../protocol/errors.ts';
import type { BackendEvent } from '../protocol/events.ts';
import { type Managed, NOT_MANAGED } from '../protocol/ipc/managed.ts';
import type { Settings } from '../protocol/ipc/settings.ts';
import type {
  ConnectionState,
  ExternalSession,
  HeldGrant,
  SignInState,
  Terminal,
  Transfer,
  Update,
} from '../protocol/ipc/snapshot.ts';
import type { AccessibleTarget } from '../protocol/model/access.ts';
import { cutsAt, type Grant, type GrantStatus } from '../protocol/model/grant.ts';
import type { Person } from '../protocol/model/identity.ts';
import type { AccessRequest } from '../protocol/model/request.ts';

/** What this app has of one grant: whether it holds a key, and what last went wrong with it. */
export type KeyFact = Readonly<Pick<HeldGrant, 'key' | 'problem'>>;

/** The one truth of the app. Everything drawn (windows, tray, notifications) is drawn from it. No secrets. */
export interface AppState {
  readonly orgName: string;
  /** Add to the wall clock for the backend's time, ms. */
  readonly clockSkewMs: number;
  readonly signIn: SignInState;
  readonly connection: ConnectionState;
  /** Those in force. */
  readonly settings: Settings;
  readonly managed: Managed;
  readonly update: Update;
  /** Whether an overview has come since sign-in: before that, empty lists mean "not known". */
  readonly known: boolean;
  readonly access: readonly AccessibleTarget[];
  readonly requests: ReadonlyMap<string, AccessRequest>;
  /** As the backend last said, or ended by this app's own clocks (see `settled`). */
  readonly grants: ReadonlyMap<string, Grant>;
  readonly keys: ReadonlyMap<string, KeyFact>;
  readonly terminals: readonly Terminal[];
  /** Newest first. */
  readonly externalSessions: readonly ExternalSession[];
  readonly transfers: readonly Transfer[];
  readonly sshConfigProblem: Failure | null;
  readonly delegation: Overview['delegation'];
}

/** Everything that can happen to the state. */
export type Change =
  | { kind: 'settings'; settings: Settings }
  | { kind: 'managed'; managed: Managed }
  | { kind: 'update'; update: Update }
  | { kind: 'sign-in'; signIn: SignInState }
  | { kind: 'person'; person: Person }
  | { kind: 'connection'; connection: ConnectionState }
  | { kind: 'overview'; overview: Overview; clockSkewMs: number }
  | { kind: 'clock'; clockSkewMs: number }
  | Pick<Extract<BackendEvent, { kind: 'request-changed' }>, 'kind' | 'request'>
  | Pick<Extract<BackendEvent, { kind: 'grant-changed' }>, 'kind' | 'grant'>
  /** This app's own clocks say that the grant is over; the backend may not have said so yet. */
  | { kind: 'grant-expired-here'; id: string }
  /** This app ended a grant of mine; the backend is told after. `at` is on the backend's clock, epoch ms. */
  | { kind: 'grant-released-here'; id: string; at: number; note: string }
  | { kind: 'key'; grantId: string; fact: KeyFact }
  | { kind: 'terminal'; terminal: Terminal }
  | { kind: 'terminal-closed'; id: string }
  | { kind: 'external-session'; session: ExternalSession }
  | { kind: 'transfer'; transfer: Transfer }
  /** The finished ones of this terminal are shown no more. */
  | { kind: 'transfers-forgotten'; terminalId: string }
  | { kind: 'ssh-config'; problem: Failure | null }
  | { kind: 'delegation'; delegation: Overview['delegation'] };

/** The state of an app that has just started. */
export function firstState(settings: Settings): AppState {
  return {
    clockSkewMs: 0,
    signIn: { state: 'signed-out', problem: null },
    settings,
    managed: NOT_MANAGED,
    update: { state: 'current', checkedAt: null },
    terminals: [],
    transfers: [],
    sshConfigProblem: null,
    ...nobody,
  };
}

/** What is forgotten when nobody is signed in. */
const nobody = {
  orgName: '',
  connection: { state: 'idle' },
  known: false,
  access: [],
  requests: new Map<string, AccessRequest>(),
  grants: new Map<string, Grant>(),
  keys: new Map<string, KeyFact>(),
  externalSessions: [],
  delegation: { mine: null, candidates: [] },
} as const satisfies Partial<AppState>;

/** The signed-in person, or undefined. */
export function personOf(state: AppState): Person | undefined {
  return state.signIn.state === 'signed-in' ? state.signIn.person : undefined;
}

/** The one place where the state changes. Pure; gives the same object back when nothing changed. */
export function apply(state: AppState, change: Change): AppState {
  switch (change.kind) {
    case 'settings':
      return { ...state, settings: change.settings };
    case 'managed':
      return { ...state, managed: change.managed };
    case 'update':
      return { ...state, update: change.update };
    case 'sign-in':
      // Terminals stay: a cut one still shows why. Their grants are gone, so nothing flows in them.
      return { ...state, ...(change.signIn.state === 'signed-in' ? {} : nobody), signIn: change.signIn };
    case 'person':
      return state.signIn.state === 'signed-in'
        ? { ...state, signIn: { ...state.signIn, person: change.person } }
        : state;
    case 'connection':
      return { ...state, connection: change.connection };
    case 'clock':
      return change.clockSkewMs === state.clockSkewMs ? state : { ...state, clockSkewMs: change.clockSkewMs };
    case 'overview':
      return withOverview(state, change.overview, change.clockSkewMs);
    case 'request-changed':
      return withRequest(state, change.request);
    case 'grant-changed':
      return { ...state, grants: new Map(state.grants).set(change.grant.id, settled(state, change.grant)) };
    case 'grant-expired-here':
      return expiredHere(state, change.id);
    case 'grant-released-here':
      return releasedHere(state, change);
    case 'key':
      return { ...state, keys: new Map(state.keys).set(change.grantId, change.fact) };
    case 'terminal':
      return { ...state, terminals: replacedOrAdded(state.terminals, change.terminal) };
    case 'terminal-closed':
      return {
        ...state,
        terminals: state.terminals.filter((t) => t.id !== change.id),
        transfers: state.transfers.filter((t) => t.terminalId !== change.id),
      };
    case 'external-session':
      return { ...state, externalSessions: withExternalSession(state.externalSessions, change.session) };
    case 'transfer':
      return { ...state, transfers: replacedOrAdded(state.transfers, change.transfer) };
    case 'transfers-forgotten':
      return {
        ...state,
        transfers: state.transfers.filter((t) => t.terminalId !== change.terminalId || t.status.state === 'moving'),
      };
    case 'ssh-config':
      return { ...state, sshConfigProblem: change.problem };
    case 'delegation':
      return { ...state, delegation: change.delegation };
    default:
      return change satisfies never;
  }
}

function withOverview(state: AppState, overview: Overview, clockSkewMs: number): AppState {
  if (state.signIn.state !== 'signed-in') return state;
  return {
    ...state,
    clockSkewMs,
    known: true,
    orgName: overview.org.name,
    signIn: { ...state.signIn, person: overview.person },
    access: overview.access,
    delegation: overview.delegation,
    requests: new Map(overview.requests.map((r) => [r.id, r])),
    grants: new Map(overview.grants.map((g) => [g.id, settled(state, g)])),
  };
}

/** A call's reply and the event of another change can overtake each other: what knows less is the older one. */
function withRequest(state: AppState, request: AccessRequest): AppState {
  const known = state.requests.get(request.id);
  const isOlder =
    known !== undefined &&
    (request.revision < known.revision ||
      (request.revision === known.revision && request.decisions.length < known.decisions.length) ||
      (known.state !== 'pending' && request.state === 'pending'));
  return isOlder ? state : { ...state, requests: new Map(state.requests).set(request.id, request) };
}

/**
 * The backend ended it: for good, and no older word revives it. Ended only by this app's clocks (`by` null, reason
 * expired) it lives again when the backend, whose clock decides, says so: ours may have been stepped.
 */
function settled(state: AppState, grant: Grant): Grant {
  const known = state.grants.get(grant.id);
  if (known?.status.state !== 'ended' || grant.status.state === 'ended') return grant;
  return known.status.reason === 'expired' ? grant : known;
}

function expiredHere(state: AppState, id: string): AppState {
  const grant = state.grants.get(id);
  if (!grant) return state;
  return endedHere(state, id, { reason: 'expired', endedAt: cutsAt(grant), by: null, note: '' });
}

function releasedHere(state: AppState, { id, at, note }: { id: string; at: number; note: string }): AppState {
  const by = state.grants.get(id)?.requester ?? null;
  return endedHere(state, id, { reason: 'released', endedAt: at, by, note });
}

function endedHere(
  state: AppState,
  id: string,
  end: Omit<Extract<GrantStatus, { state: 'ended' }>, 'state'>,
): AppState {
  const grant = state.grants.get(id);
  if (!grant || grant.status.state === 'ended') return state;
  const status: GrantStatus = { state: 'ended', ...end };
  return { ...state, grants: new Map(state.grants).set(id, { ...grant, status }) };
}

function replacedOrAdded<T extends { id: string }>(list: readonly T[], item: T): readonly T[] {
  return list.some((t) => t.id === item.id) ? list.map((t) => (t.id === item.id ? item : t)) : [...list, item];
}

/** How many sessions of other programs are shown; the oldest ended ones go first. */
const MOST_EXTERNAL_SESSIONS = 100;

function withExternalSession(list: readonly ExternalSession[], session: ExternalSession): readonly ExternalSession[] {
  if (list.some((s) => s.id === session.id)) return list.map((s) => (s.id === session.id ? session : s));
  const kept = list.filter((s, i) => i < MOST_EXTERNAL_SESSIONS - 1 || s.status.state === 'open');
  return [session, ...kept];
}
