import type { SortBy } from './listing.ts';

/** What the files panel says. */
export const words = {
  title: (title: string) => `Files of ${title}`,
  heading: 'Files',
  close: 'Hide files',
  path: 'Folder on the target',
  crumbs: 'Where you are on the target',
  type: 'Type a folder',
  up: 'Folder above',
  home: 'Where files begin',
  refresh: 'Read again',
  hidden: 'Show hidden files',
  upload: 'Send files…',
  uploadFolder: 'Send a folder…',
  download: 'Fetch…',
  downloadCount: (n: number) => (n === 0 ? 'Fetch…' : `Fetch ${n}…`),
  list: (path: string) => `What is in ${path}`,
  columns: 'Columns',
  sorts: { name: 'Name', size: 'Size', changed: 'Changed' } satisfies Record<SortBy, string>,
  /** @param down how it is sorted by it now, null when it is not */
  sortBy: (by: SortBy, down: boolean | null) =>
    `Sort by ${{ name: 'name', size: 'size', changed: 'when changed' }[by]}${
      down === null ? '' : down ? ', now falling' : ', now rising'
    }`,
  permissionsHead: 'Mode',
  choose: (name: string) => `Choose ${name}`,
  chooseAll: 'Choose all',
  chosenOf: (n: number, size: string) => `${n} chosen, ${size}`,
  tooManyChosen: (most: number) => `At most ${most} at once`,
  count: (n: number, hidden: number) =>
    `${n} ${n === 1 ? 'entry' : 'entries'}${hidden > 0 ? `, ${hidden} hidden` : ''}`,
  open: (name: string) => `Open folder ${name}`,
  reading: 'Reading…',
  empty: 'Nothing is in this folder',
  onlyHidden: 'Only hidden files are in this folder',
  more: 'The folder holds more than is shown here. Use the terminal to find what is missing.',
  notIncluded: 'This access does not include files',
  notIncludedText: 'The role lets you work in a shell; files can’t be fetched or sent with it.',
  notOpen: 'The terminal is not open',
  notOpenText: 'Files go over its connection. Connect again to see them.',
  accessOver: 'Access is over: nothing new can be sent',
  draining: 'Access is over: what moves goes on until the terminal is cut, nothing new begins.',
  thisFolder: 'this folder',
  dropHere: (to: string) => `Drop to send to ${to}`,
  tooManyDropped: (most: number) =>
    `At most ${most} files or folders can be dropped at once. Drop their folder instead, or an archive of them.`,
  notDropped: 'What was dropped is no file of this computer.',
  transfers: 'Files on their way',
  clear: 'Clear',
  cancel: (name: string) => `Cancel ${name}`,
  cancelAll: 'Cancel all',
  waiting: 'waits',
  of: (some: string, all: string) => `${some} of ${all}`,
  cancelled: (sentence: string) => (sentence === '' ? 'Cancelled.' : `Cancelled. ${sentence}`),
  kinds: { file: 'file', folder: 'folder', link: 'link', other: 'device' },
} as const;
