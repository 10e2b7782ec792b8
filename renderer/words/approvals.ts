import type { ApprovalRequirement } from '../../protocol/model/approval.ts';
import type { PersonRef } from '../../protocol/model/identity.ts';
import { withoutTurns } from './free-text.ts';

/** "a", "a and b", "a, b and c". */
export function inARow(words: readonly string[], last = 'and'): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words[words.length - 1]}`;
}

/** "Needs 1 of dba and 2 of security or sre". */
export function needsSentence(needs: readonly ApprovalRequirement[]): string {
  return `Needs ${requirementsInWords(needs)}`;
}

/** "1 of dba and 2 of security or sre". */
export function requirementsInWords(needs: readonly ApprovalRequirement[]): string {
  return inARow(needs.map((need) => `${need.count} of ${inARow(need.groups, 'or')}`));
}

/** What is still missing: "waits for 1 of dba"; of what has enough nothing is said. */
export function waitsSentence(needs: readonly (ApprovalRequirement & { have: number })[]): string {
  const open = needs.filter((need) => need.have < need.count);
  return `waits for ${requirementsInWords(open.map((need) => ({ ...need, count: need.count - need.have })))}`;
}

/** "Dana is online now", "Dana, Sam and 3 more are online now", "No approver is online now". */
export function onlineSentence(needs: readonly { online: readonly PersonRef[] }[]): string {
  const people = [...new Map(needs.flatMap((need) => need.online).map((p) => [p.id, firstName(p)])).values()];
  if (people.length === 0) return 'No approver is online now';
  const shown = people.length > 3 ? [...people.slice(0, 2), `${people.length - 2} more`] : people;
  return `${inARow(shown)} ${people.length === 1 ? 'is' : 'are'} online now`;
}

/** "Dana" of "Dana Scully"; the address where there is no name. */
export function firstName(person: Pick<PersonRef, 'name' | 'email'>): string {
  return withoutTurns(person.name).trim().split(/\s+/)[0] || person.email;
}
