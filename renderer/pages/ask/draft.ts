import type { CommandInput } from '../../../protocol/ipc/commands.ts';
import type { AskDraft } from '../../../protocol/ipc/drafts.ts';
import type { Template } from '../../../protocol/ipc/settings.ts';
import type { AccessibleTarget } from '../../../protocol/model/access.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { checkDuration, durationText, usualDuration } from '../../words/durations.ts';
import { loginsOf, offerOf, rolesFor } from './offer.ts';
import { checkStart, localText } from './start.ts';
import { words } from './words.ts';

/** What stands in the form, as typed. */
export type Draft = AskDraft;

export type DraftField = 'login' | 'role' | 'duration' | 'reason' | 'ticket' | 'begins';
/** All of an ask but its target: the same for one target, for several, and for a change. */
export type Ask = Omit<CommandInput<'requests.create'>['ask'], 'target'>;
export type CheckedDraft = { ask: Ask } | { problems: Partial<Record<DraftField, string>> };

/** A form with nothing written in it yet. */
export function freshDraft(entries: readonly AccessibleTarget[]): Draft {
  const login = loginsOf(entries)[0] ?? '';
  const role = rolesFor(entries, login)[0]?.role ?? '';
  const offer = offerOf(entries, { login, role });
  return {
    login,
    role,
    duration: durationText(usualDuration(offer?.maxDurationSeconds ?? 3600)),
    reason: '',
    ticket: '',
    begins: '',
    endsWithSession: false,
    openTerminal: true,
    byLink: false,
  };
}

/** What a form is filled in with: an earlier request, a template, a link. */
export type Wish = Partial<
  Pick<AccessRequest, 'login' | 'role' | 'durationSeconds' | 'reason' | 'ticket' | 'startsAt' | 'endsWithSession'>
>;

/** A form filled in, inside what policy allows today. A start that has passed is left out. */
export function draftLike(wish: Wish, entries: readonly AccessibleTarget[], now: number): Draft {
  const fresh = freshDraft(entries);
  const login = wish.login !== undefined && loginsOf(entries).includes(wish.login) ? wish.login : fresh.login;
  const offer = offerOf(entries, { login, role: wish.role ?? '' });
  const most = offer?.maxDurationSeconds ?? Number.POSITIVE_INFINITY;
  return {
    ...fresh,
    login,
    role: offer?.role?.role ?? '',
    duration: durationText(Math.min(wish.durationSeconds ?? usualDuration(most), most)),
    reason: wish.reason ?? '',
    ticket: wish.ticket ?? '',
    begins: wish.startsAt != null && wish.startsAt > now ? localText(wish.startsAt) : '',
    endsWithSession: wish.endsWithSession ?? false,
  };
}

/** The same as a template. What is wrong with the form is no matter: it is checked when it is sent. */
export function templateOf(
  name: string,
  draft: Pick<Draft, 'login' | 'reason' | 'endsWithSession'>,
  targets: readonly string[],
  seconds: number,
): Template {
  return {
    name: name.trim(),
    targets: [...targets],
    login: draft.login,
    durationSeconds: seconds,
    reason: draft.reason.trim(),
    endsWithSession: draft.endsWithSession,
  };
}

/** Another login may come by other roles: keeps the role where it still fits, and the length inside its longest. */
export function withLogin(draft: Draft, entries: readonly AccessibleTarget[], login: string): Draft {
  return withRole({ ...draft, login }, entries, draft.role);
}

/** Another role may allow less time: a length that no longer fits becomes the longest that does. */
export function withRole(draft: Draft, entries: readonly AccessibleTarget[], role: string): Draft {
  const offer = offerOf(entries, { login: draft.login, role });
  if (offer === undefined) return { ...draft, role };
  const checked = checkDuration(draft.duration, offer.maxDurationSeconds);
  const duration = 'seconds' in checked ? draft.duration : durationText(usualDuration(offer.maxDurationSeconds));
  return { ...draft, role: offer.role?.role ?? '', duration };
}

/** The ask, or what is wrong with the form, field by field. The backend checks again, with the same policy. */
export function checkDraft(draft: Draft, entries: readonly AccessibleTarget[], now: number): CheckedDraft {
  const offer = offerOf(entries, draft);
  if (offer === undefined) return { problems: { login: words.noLogin(draft.login, entries.length) } };
  const duration = checkDuration(draft.duration, offer.maxDurationSeconds);
  const start = checkStart(draft.begins, now);
  const role = offer.role?.role;
  const problems: Partial<Record<DraftField, string>> = {};
  if ('problem' in duration) problems.duration = duration.problem;
  if ('problem' in start) problems.begins = start.problem;
  if (offer.reason === 'required' && draft.reason.trim() === '') problems.reason = words.noReason(role);
  if (offer.ticket === 'required' && draft.ticket.trim() === '') problems.ticket = words.noTicket(role);
  if ('problem' in duration || 'problem' in start || Object.keys(problems).length > 0) return { problems };
  return {
    ask: {
      login: draft.login,
      ...(role === undefined ? {} : { role }),
      durationSeconds: duration.seconds,
      reason: draft.reason.trim(),
      ticket: offer.ticket === 'none' ? '' : draft.ticket.trim(),
      startsAt: start.startsAt,
      endsWithSession: draft.endsWithSession,
    },
  };
}

const FIELDS = new Map<string, DraftField>([
  ['login', 'login'],
  ['role', 'role'],
  ['durationSeconds', 'duration'],
  ['reason', 'reason'],
  ['ticket', 'ticket'],
  ['startsAt', 'begins'],
]);

/** Which field of the form a refusal is about ("ask.durationSeconds" → duration); undefined for none of them. */
export function fieldOf(failure: { field?: string | undefined }): DraftField | undefined {
  return FIELDS.get(failure.field?.split('.').at(-1) ?? '');
}
