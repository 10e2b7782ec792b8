import { create } from 'zustand';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { durationWords } from '../../words/durations.ts';
import { dayAndTime } from '../../words/moments.ts';
import { words } from './words.ts';

/** What the requester changed since somebody looked, one short sentence each; nothing when nothing an approver reads. */
export function changesBetween(before: AccessRequest, after: AccessRequest, now: number): string[] {
  const said: string[] = [];
  const arrow = (from: string, to: string): void => {
    if (from !== to) said.push(`${from} → ${to}`);
  };
  const begins = ({ startsAt }: AccessRequest) =>
    startsAt === null ? words.atApproval : words.begins(dayAndTime(startsAt, now));
  arrow(durationWords(before.durationSeconds), durationWords(after.durationSeconds));
  arrow(before.login, after.login);
  arrow(before.role, after.role);
  arrow(begins(before), begins(after));
  if (before.reason !== after.reason) said.push(words.otherReason);
  if (before.ticket !== after.ticket) said.push(words.otherTicket);
  if (before.endsWithSession !== after.endsWithSession)
    said.push(after.endsWithSession ? words.nowEndsWithSession : words.noLongerEndsWithSession);
  return said;
}

/** Requests as they were when this person first looked at them. */
const seen = create<{ byId: ReadonlyMap<string, AccessRequest> }>(() => ({ byId: new Map() }));

/** Notes that a request was looked at; what was noted first stands. */
export function look(request: AccessRequest): void {
  const { byId } = seen.getState();
  if (!byId.has(request.id)) seen.setState({ byId: new Map(byId).set(request.id, request) });
}

/** The sentence about what changed under an approver's eyes, or before they came; '' when nothing did. */
export function useChangeSentence(request: AccessRequest, now: number): string {
  const before = seen((s) => s.byId.get(request.id));
  if (before !== undefined && before.revision < request.revision) {
    const changes = changesBetween(before, request, now);
    return changes.length === 0 ? words.changedAgain : words.changed(changes.join(', '));
  }
  return request.revision > 1 ? words.changedBefore : '';
}
