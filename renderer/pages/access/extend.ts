import type { AccessibleTarget, AccessOption } from '../../../protocol/model/access.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { checkDuration, durationText, extensionSteps } from '../../words/durations.ts';
import { words } from './words.ts';

/** What stands in the panel for more time. */
export interface Wish {
  duration: string;
  reason: string;
  ticket: string;
}

export type CheckedWish =
  | { durationSeconds: number; reason: string; ticket: string }
  | { problems: Partial<Record<keyof Wish, string>> };

/** The role a grant came by, as policy has it today; undefined when it gives this no longer. */
export function roleOf(grant: Pick<Grant, 'target' | 'role'>, access: readonly AccessibleTarget[]) {
  return access
    .find((entry) => entry.target.name === grant.target.name)
    ?.options.find((option) => option.role === grant.role);
}

/** What the panel starts with: half an hour where allowed. */
export function freshWish(maxSeconds: number): Wish {
  const steps = extensionSteps(maxSeconds);
  return { duration: durationText(steps[1] ?? steps[0] ?? maxSeconds), reason: '', ticket: '' };
}

/** What would be asked for, or what is wrong with it. The backend checks again. */
export function checkWish(wish: Wish, maxSeconds: number, option: AccessOption | undefined): CheckedWish {
  const duration = checkDuration(wish.duration, maxSeconds);
  const problems: Partial<Record<keyof Wish, string>> = {};
  if ('problem' in duration) problems.duration = duration.problem;
  if (option?.reason === 'required' && wish.reason.trim() === '') problems.reason = words.noReason(option.role);
  if (option?.ticket === 'required' && wish.ticket.trim() === '') problems.ticket = words.noTicket(option.role);
  if ('problem' in duration || Object.keys(problems).length > 0) return { problems };
  const ticket = option?.ticket === 'none' ? '' : wish.ticket.trim();
  return { durationSeconds: duration.seconds, reason: wish.reason.trim(), ticket };
}
