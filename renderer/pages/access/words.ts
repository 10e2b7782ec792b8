import type { HeldGrant } from '../../../protocol/ipc/snapshot.ts';

/** What the access page says. */
export const words = {
  title: 'Access',
  search: 'Search targets to ask for access',
  live: 'Your access',
  waiting: 'Waiting for approval',
  ask: 'Ask for access',
  found: (n: number) => (n === 1 ? '1 target' : `${n} targets`),
  more: (n: number) => `${n} more: type to narrow`,
  nothing: 'Nothing to ask for yet',
  nothingText: 'No role gives you a target. An admin of your org can change that.',
  noMatch: (query: string) => `No target matches “${query}”`,
  noMatchText: 'Search looks at names, descriptions, labels, logins and roles.',
  connect: 'Connect',
  terminals: (n: number) => (n === 1 ? '1 terminal open' : `${n} terminals open`),
  release: 'Release',
  releaseAsk: (terminals: number) =>
    terminals === 0
      ? 'End this access now?'
      : `End this access now? ${terminals === 1 ? 'Your open terminal closes.' : `Your ${terminals} open terminals close.`}`,
  releaseYes: 'Release now',
  releaseNo: 'Keep',
  starts: (time: string) => `Starts ${time}`,
  lapses: (time: string) => `lapses ${time}`,
  cancel: 'Cancel',
  askAgain: 'Ask again',
  dismiss: 'Dismiss',
  endsWarning: (who: string, when: string) => `Access to ${who} ${when}.`,
} as const;

/** Where the key of a grant is, in words. */
export const keyWords: Record<HeldGrant['key'], string> = {
  none: 'No key yet',
  claiming: 'Getting a key…',
  held: 'Key in memory',
  destroyed: 'Key destroyed',
};
