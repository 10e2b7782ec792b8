import type { CommandInput } from '../../../protocol/ipc/commands.ts';
import type { AccessibleTarget, AccessOption } from '../../../protocol/model/access.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { checkDuration, durationText, usualDuration } from '../../words/durations.ts';
import { words } from './words.ts';

/** What stands in the form for one target, as typed. */
export interface Draft {
  login: string;
  role: string;
  duration: string;
  reason: string;
  ticket: string;
  openTerminal: boolean;
}

export type DraftField = 'login' | 'role' | 'duration' | 'reason' | 'ticket';
export type Ask = CommandInput<'requests.create'>['ask'];
export type CheckedDraft = { ask: Ask } | { problems: Partial<Record<DraftField, string>> };

/** The logins of all roles, each once, in the order of the policy. */
export function loginsOf(entry: AccessibleTarget): string[] {
  return [...new Set(entry.options.flatMap((option) => option.logins))];
}

/** The roles that give a login. */
export function rolesFor(entry: AccessibleTarget, login: string): AccessOption[] {
  return entry.options.filter((option) => option.logins.includes(login));
}

/** The role the draft would ask by; none when policy changed under it. */
export function optionOf(entry: AccessibleTarget, draft: Pick<Draft, 'login' | 'role'>): AccessOption | undefined {
  const roles = rolesFor(entry, draft.login);
  return roles.find((option) => option.role === draft.role) ?? roles[0];
}

/** A form with nothing written in it yet. */
export function freshDraft(entry: AccessibleTarget): Draft {
  const option = entry.options[0];
  return {
    login: option?.logins[0] ?? '',
    role: option?.role ?? '',
    duration: durationText(usualDuration(option?.maxDurationSeconds ?? 3600)),
    reason: '',
    ticket: '',
    openTerminal: true,
  };
}

/** A form filled in like an earlier request, inside what policy allows today. */
export function draftLike(request: AccessRequest, entry: AccessibleTarget): Draft {
  const fresh = freshDraft(entry);
  const login = loginsOf(entry).includes(request.login) ? request.login : fresh.login;
  const option = optionOf(entry, { login, role: request.role });
  return {
    ...fresh,
    login,
    role: option?.role ?? fresh.role,
    duration: durationText(Math.min(request.durationSeconds, option?.maxDurationSeconds ?? request.durationSeconds)),
    reason: request.reason,
    ticket: request.ticket,
  };
}

/** Another login may come by other roles: keeps the role where it still fits, and the length inside its longest. */
export function withLogin(draft: Draft, entry: AccessibleTarget, login: string): Draft {
  const option = optionOf(entry, { login, role: draft.role });
  return option === undefined ? { ...draft, login } : withOption({ ...draft, login }, option);
}

/** Another role may allow less time: a length that no longer fits becomes the longest that does. */
export function withOption(draft: Draft, option: AccessOption): Draft {
  const checked = checkDuration(draft.duration, option.maxDurationSeconds);
  const duration = 'seconds' in checked ? draft.duration : durationText(usualDuration(option.maxDurationSeconds));
  return { ...draft, role: option.role, duration };
}

/** The ask, or what is wrong with the form, field by field. The backend checks again, with the same policy. */
export function checkDraft(draft: Draft, entry: AccessibleTarget): CheckedDraft {
  const option = optionOf(entry, draft);
  if (option === undefined) return { problems: { login: `The login ${draft.login} is not given on this target.` } };
  const duration = checkDuration(draft.duration, option.maxDurationSeconds);
  const problems: Partial<Record<DraftField, string>> = {};
  if ('problem' in duration) problems.duration = duration.problem;
  if (option.reason === 'required' && draft.reason.trim() === '') problems.reason = words.noReason(option.role);
  if (option.ticket === 'required' && draft.ticket.trim() === '') problems.ticket = words.noTicket(option.role);
  if ('problem' in duration || Object.keys(problems).length > 0) return { problems };
  return {
    ask: {
      target: entry.target.name,
      login: draft.login,
      role: option.role,
      durationSeconds: duration.seconds,
      reason: draft.reason.trim(),
      ticket: option.ticket === 'none' ? '' : draft.ticket.trim(),
    },
  };
}

const FIELDS = new Map<string, DraftField>([
  ['login', 'login'],
  ['role', 'role'],
  ['durationSeconds', 'duration'],
  ['reason', 'reason'],
  ['ticket', 'ticket'],
]);

/** Which field of the form a refusal is about ("ask.durationSeconds" → duration); undefined for none of them. */
export function fieldOf(failure: { field?: string | undefined }): DraftField | undefined {
  return FIELDS.get(failure.field?.split('.').at(-1) ?? '');
}
