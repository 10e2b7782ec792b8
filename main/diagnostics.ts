import { isIP } from 'node:net';
import { COMMAND_NAMES } from '../protocol/ipc/command-names.ts';
import { ENFORCED_ONLY, type Managed } from '../protocol/ipc/managed.ts';
import { openSessions } from './grants/open-sessions.ts';
import { oneLine, redact } from './log.ts';
import { inbox, myRequests } from './snapshot.ts';
import { type AppState, personOf } from './state.ts';

/** What IT should see of this installation. */
export interface Installation {
  version: string;
  platform: string;
  /** Versions of Electron and of the system, by name. */
  versions: Readonly<Record<string, string>>;
  /** From what it was installed: "deb package". */
  installedFrom: string;
  /** Names that stand for this person on this computer: account, home folder, computer. */
  own: readonly string[];
}

/**
 * One text for IT: versions, states, counts, and the end of the log. Whom it is about stays out of it: people, reasons,
 * targets, hosts and accounts are numbered instead, the same one by the same number. Pure. @param now epoch ms
 */
export function diagnosticsOf(
  state: AppState,
  installation: Installation,
  log: readonly string[],
  now: number,
): string {
  const without = nameless(state, installation.own);
  const { connection, signIn } = state;
  const problem = connection.state === 'offline' ? `, since ${iso(connection.since)}: ${connection.problem.code}` : '';
  const { favourites, templates, backendAddress, ...settings } = state.settings;
  const counts = {
    requests: myRequests(state).length,
    inbox: inbox(state).length,
    grants: state.grants.size,
    live: [...state.grants.values()].filter((grant) => grant.status.state === 'live').length,
    terminals: state.terminals.length,
    openSessions: openSessions(state).count,
    transfers: state.transfers.length,
    favourites: favourites.length,
    templates: templates.length,
  };
  const head = [
    `Sallyport ${installation.version} on ${installation.platform}, ${iso(now)}`,
    `versions: ${JSON.stringify(installation.versions)}`,
    `installed from: ${installation.installedFrom}`,
    `signed in: ${signIn.state}${signIn.state === 'signed-in' ? `, kept by ${signIn.keptBy}` : ''}`,
    `duties: ${personOf(state)?.duties.join(', ') ?? 'none'}`,
    `backend: ${backendAddress === '' ? 'none chosen' : 'chosen'}, ${connection.state}${problem}`,
    `managed: ${managedBy(state.managed, installation.own)}`,
    `clock: ${state.clockSkewMs} ms to be added for the backend's time`,
    `keys: ${JSON.stringify(tally([...state.keys.values()].map((fact) => fact.key)))}`,
    `ssh configuration: ${state.sshConfigProblem?.code ?? 'no problem'}`,
    `counts: ${JSON.stringify(counts)}`,
    `settings: ${JSON.stringify(settings)}`,
  ];
  return [...head, '', `last ${log.length} lines of the log:`, ...log.map((line) => without(redact(line)))].join('\n');
}

/** Names alone: what they are set to stands in the settings. On macOS the account is part of where they lie. */
function managedBy(managed: Managed, own: readonly string[]): string {
  const { source, enforced, terminals, deepLinks, updateKeys, unknown, problem } = managed;
  if (source === '') return 'no';
  const only = { terminals, deepLinks, updateKeys };
  const names = [...enforced, ...ENFORCED_ONLY.filter((name) => only[name] !== null)];
  const passedOver = unknown.length === 0 ? '' : `, not known: ${unknown.join(', ')}`;
  const text = `by ${source}, enforced: ${names.join(', ') || 'nothing'}${passedOver}${problem ? `, not used: ${problem.message}` : ''}`;
  return own
    .filter((word) => word.trim().length > 1 && !COMMON.has(word))
    .reduce((clean, word) => clean.replaceAll(word, '[own]'), text);
}

const iso = (at: number): string => new Date(at).toISOString();

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Account names that say nothing of anybody. */
const COMMON: ReadonlySet<string> = new Set(['root', 'admin', 'user']);
const NAME = String.raw`(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z]{2,}`;
/** What names somebody or something without our knowing it: of an earlier sign-in, say. */
const PATTERNS: readonly [kind: string, pattern: RegExp, is: (word: string) => boolean][] = [
  ['account', /[\w.+-]+@[\w.-]*\w/g, () => true],
  ['host', /(?<![\w.:-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.-])/g, (word) => isIP(word) === 4],
  ['host', /(?<![\w.:-])[0-9a-f:]+:[0-9a-f:.]*(?![\w.:-])/gi, (word) => isIP(word) === 6],
  [
    'host',
    new RegExp(String.raw`(?<![\w.:-])${NAME}(?![\w-])`, 'gi'),
    (word) => !NO_HOST.test(word) && !COMMANDS.has(word),
  ],
];
/** Our commands are named like hosts, too. */
const COMMANDS: ReadonlySet<string> = new Set(COMMAND_NAMES);
/** File names end like hosts do. */
const NO_HOST = /\.(?:ts|js|cjs|mjs|json|log|sock|so|asar|sealed|yaml|html)$/i;

/** Makes the function that puts numbers in the place of names. */
function nameless(state: AppState, own: readonly string[]): (line: string) => string {
  const given = new Map<string, string>();
  const counts = new Map<string, number>();
  const numbered = (kind: string, word: string): string => {
    const known = given.get(word.toLowerCase());
    if (known) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    given.set(word.toLowerCase(), `[${kind} ${count}]`);
    return `[${kind} ${count}]`;
  };
  const words = [...namesIn(state), ...own.map((word) => ['own', word] as const)]
    .filter(([, word]) => word.trim().length > 1 && !COMMON.has(word))
    // Longer ones first: a host name may hold a target's name.
    .sort(([, a], [, b]) => b.length - a.length);
  for (const [kind, word] of words) numbered(kind, oneLine(word));
  // As the log writes them.
  const known = words.map(([, word]) => oneLine(word).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const knownPattern = known.length > 0 ? new RegExp(`(?<!\\w)(?:${known.join('|')})(?!\\w)`, 'gi') : undefined;
  return (line) => {
    let clean = line;
    if (knownPattern) clean = clean.replace(knownPattern, (word) => numbered('name', word));
    for (const [kind, pattern, is] of PATTERNS) {
      clean = clean.replace(pattern, (word) => (is(word) ? numbered(kind, word) : word));
    }
    // What our sentences quote is somebody's word; the details of a plain note are our own.
    return / warn /.test(clean) ? clean.replace(/"[^"]*"|“[^”]*”/g, '"[…]"') : clean;
  };
}

/** Every name in the state, with what it names. */
function* namesIn(state: AppState): Generator<readonly [kind: string, word: string]> {
  const me = personOf(state);
  const requests = [...state.requests.values()];
  const grants = [...state.grants.values()];
  const people = [
    ...(me ? [me, ...me.standsInFor.map((place) => place.person)] : []),
    ...requests.flatMap((request) => [request.requester, ...request.decisions.map((decision) => decision.approver)]),
    ...grants.flatMap((grant) => [
      grant.requester,
      ...(grant.status.state === 'ended' && grant.status.by ? [grant.status.by] : []),
    ]),
    ...state.delegation.candidates,
    ...(state.delegation.mine ? [state.delegation.mine.standIn] : []),
  ];
  for (const { name, email } of people) {
    yield ['person', name];
    yield ['person', email];
    for (const part of name.split(/\s+/)) yield ['person', part];
  }
  for (const { target, login, role } of [...requests, ...grants]) {
    yield ['target', target.name];
    yield ['login', login];
    yield ['role', role];
  }
  for (const { target } of state.access) yield ['target', target.name];
  for (const name of state.settings.favourites) yield ['target', name];
  for (const { reason, ticket, decisions } of requests) {
    yield ['reason', reason];
    yield ['ticket', ticket];
    for (const decision of decisions) yield ['reason', decision.reason];
  }
  for (const { status } of grants) if (status.state === 'ended') yield ['reason', status.note];
  for (const template of state.settings.templates) {
    yield ['template', template.name];
    yield ['reason', template.reason];
    yield ['login', template.login];
    for (const target of template.targets) yield ['target', target];
  }
  yield ['org', state.orgName];
  const { backendAddress } = state.settings;
  if (URL.canParse(backendAddress)) yield ['backend', new URL(backendAddress).hostname];
}
