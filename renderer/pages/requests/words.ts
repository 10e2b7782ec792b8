import type { RequestState } from '../../../protocol/model/request.ts';
import type { Tone } from '../../components/state-word.tsx';

/** What the page of my requests says. */
export const words = {
  title: 'Requests',
  empty: 'Nothing asked for yet',
  emptyText: 'What you ask for, and what was decided, is kept here.',
  askAgain: 'Ask again',
  cancel: 'Cancel request',
  reason: 'Reason',
  ticket: 'Ticket',
  role: 'Role',
  asked: 'Asked',
  lapses: 'Lapses',
  needs: 'Needs',
  decisions: 'Decisions',
  access: 'Access',
  none: 'None given',
  liveUntil: (time: string) => `Live until ${time}.`,
  startsAt: (time: string) => `Starts ${time}.`,
} as const;

/** A request's state as people read it. */
export const stateWords: Record<RequestState, { word: string; tone: Tone }> = {
  pending: { word: 'Waiting', tone: 'accent' },
  approved: { word: 'Approved', tone: 'good' },
  denied: { word: 'Denied', tone: 'bad' },
  cancelled: { word: 'Cancelled', tone: 'quiet' },
  lapsed: { word: 'Lapsed', tone: 'quiet' },
};
