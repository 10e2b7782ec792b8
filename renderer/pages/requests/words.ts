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
