import { askSchema } from '../protocol/api/routes.ts';
import type { Destination } from '../protocol/ipc/bridge.ts';
import { grantIdSchema, requestIdSchema } from '../protocol/model/identity.ts';
import { durationSchema } from '../protocol/model/policy.ts';
import { loginSchema, targetNameSchema } from '../protocol/model/target.ts';
import { type AppState, personOf } from './state.ts';
import { backendOrigin } from './system-browser.ts';

/** What a link asks to be shown. It never does anything: the person clicks for that. */
export type DeepLink =
  | { kind: 'request'; requestId: string }
  | { kind: 'new'; target: string; login: string | null; durationSeconds: number | null; reason: string }
  | { kind: 'connect'; grantId: string }
  | { kind: 'join'; address: string };

export type ReadLink = { link: DeepLink } | { problem: string };

export const LINK_SCHEME = 'sallyport';
/** Longest link, characters. */
const LONGEST = 8_000;
const LONGEST_REASON = 2_000;
/** Control characters but the line end, and what makes a text read in another order than it is written. */
const TREACHEROUS = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * Reads a link strictly. Any web page may send one, so everything that is not exactly one of these is refused:
 *   sallyport://request/ID
 *   sallyport://connect/GRANT
 *   sallyport://join?org=ORIGIN             host[:port], or https%3A%2F%2Fhost[:port]
 *   sallyport://new?target=NAME[&login=NAME][&duration=1h30m][&reason=TEXT]   each once, in any order
 * Pure. @param text as the desktop gave it
 */
export function readLink(text: string): ReadLink {
  if (text.length > LONGEST) return { problem: 'it is too long' };
  if (!/^[\x21-\x7e]+$/.test(text)) return { problem: 'it holds characters that no link holds' };
  const id = /^sallyport:\/\/(request|connect)\/([a-z0-9_]+)$/.exec(text);
  if (id) return readId(id[1] as 'request' | 'connect', id[2] ?? '');
  const join = /^sallyport:\/\/join\/?\?org=([^&=#]*)$/.exec(text);
  if (join) return readOrg(join[1] ?? '');
  const ask = /^sallyport:\/\/new\/?\?([^#]*)$/.exec(text);
  if (ask) return readAsk(ask[1] ?? '');
  return { problem: 'there is no such link' };
}

function readId(kind: 'request' | 'connect', id: string): ReadLink {
  if (kind === 'request' && requestIdSchema.safeParse(id).success) return { link: { kind, requestId: id } };
  if (kind === 'connect' && grantIdSchema.safeParse(id).success) return { link: { kind, grantId: id } };
  return { problem: 'it names nothing' };
}

/** Only shown to the person, who says whether to use it; main asks it then whether it is a backend at all. */
function readOrg(encoded: string): ReadLink {
  const typed = readText(encoded) ?? '';
  try {
    // URLs are read without the line ends in them: two lines would become one name.
    if (typed.includes('\n')) throw new TypeError('more than one line');
    return { link: { kind: 'join', address: backendOrigin(typed) } };
  } catch {
    return { problem: 'it names no address of a Sallyport backend' };
  }
}

const FIELDS: ReadonlySet<string> = new Set(['target', 'login', 'duration', 'reason']);

function readAsk(query: string): ReadLink {
  const fields = new Map<string, string>();
  for (const pair of query.split('&')) {
    const [name = '', value, ...more] = pair.split('=');
    if (!FIELDS.has(name) || value === undefined || more.length > 0)
      return { problem: `it says "${name.slice(0, 20)}"` };
    if (fields.has(name)) return { problem: `it says the ${name} twice` };
    fields.set(name, value);
  }
  // Names and lengths hold nothing that would have to be encoded, so an encoded one is no honest one.
  const target = targetNameSchema.safeParse(fields.get('target'));
  if (!target.success) return { problem: 'its target is no name of a target' };
  const login = loginSchema.nullable().safeParse(fields.get('login') ?? null);
  if (!login.success) return { problem: 'its login is no account name' };
  const duration = fields.get('duration');
  const durationSeconds = duration === undefined ? null : readDuration(duration);
  if (durationSeconds === undefined) return { problem: 'its duration is no length of time' };
  const reason = readText(fields.get('reason') ?? '');
  if (reason === undefined) return { problem: 'its reason cannot be read' };
  return { link: { kind: 'new', target: target.data, login: login.data, durationSeconds, reason } };
}

function readDuration(text: string): number | undefined {
  if (text.length > 12) return undefined;
  const seconds = durationSchema.safeParse(text);
  return seconds.success && askSchema.shape.durationSeconds.safeParse(seconds.data).success ? seconds.data : undefined;
}

/** Percent-encoded UTF-8, with + for a space as forms write it. */
function readText(encoded: string): string | undefined {
  try {
    const text = decodeURIComponent(encoded.replaceAll('+', ' '));
    return text.length > LONGEST_REASON || TREACHEROUS.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Where a link leads; undefined when what it names is not known to this person. Pure. */
export function destinationOf(link: DeepLink, state: AppState): Destination | undefined {
  if (link.kind === 'join') return { page: 'join', address: link.address };
  const me = personOf(state);
  if (!me) return undefined;
  switch (link.kind) {
    case 'request': {
      const request = state.requests.get(link.requestId);
      if (!request) return undefined;
      return { page: request.requester.id === me.id ? 'requests' : 'inbox', requestId: request.id };
    }
    case 'connect': {
      const grant = state.grants.get(link.grantId);
      return grant?.requester.id === me.id ? { page: 'grant', grantId: grant.id } : undefined;
    }
    case 'new': {
      const { kind: _kind, ...ask } = link;
      return { page: 'new', ...ask };
    }
    default:
      return link satisfies never;
  }
}

/** The link among the arguments that a desktop starts the app with: the only one, or none. Pure. */
export function linkAmong(argv: readonly string[]): string | undefined {
  const links = argv.filter((argument) => argument.toLowerCase().startsWith(`${LINK_SCHEME}:`));
  return links.length === 1 ? links[0] : undefined;
}
