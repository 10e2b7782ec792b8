import { mayDecide } from '../protocol/model/access.ts';
import type { Notice } from './notices.ts';
import { type AppState, personOf } from './state.ts';

export type NoticeButton = 'Approve' | 'Look';

/** The buttons of a notice. A desktop, or an Electron, that has none passes over them: a click leads to the same. Pure. */
export function buttonsOf(notice: Notice): NoticeButton[] {
  return notice.approve === undefined ? [] : ['Approve', 'Look'];
}

/** The button at an index that came from the desktop; undefined when there is none such. */
export function pressed(buttons: readonly NoticeButton[], index: unknown): NoticeButton | undefined {
  return typeof index === 'number' ? buttons[index] : undefined;
}

/**
 * Whether "Approve" on a notice may still be sent as it is: the request waits for this person, unchanged since they were
 * shown it. Otherwise they look first. Some desktops show notifications, and their buttons, on a locked screen: whoever
 * presses one there is nobody we know. Pure.
 */
export function mayApproveByButton(state: AppState, { approve }: Notice, locked: boolean): boolean {
  if (locked) return false;
  const me = personOf(state);
  const request = approve && state.requests.get(approve.requestId);
  return me !== undefined && request?.revision === approve?.revision && request !== undefined && mayDecide(request, me);
}
