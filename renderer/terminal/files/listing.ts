import type { CommandOutput } from '../../../protocol/ipc/commands.ts';
import type { Transfer } from '../../../protocol/ipc/snapshot.ts';
import { withoutTurns } from '../../words/free-text.ts';

export type Listing = CommandOutput<'files.list'>;
export type Entry = Listing['entries'][number];

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Folders first, then by name as people sort; names that begin with a dot only when asked for. */
export function sorted(entries: readonly Entry[], hiddenToo: boolean): Entry[] {
  const rank = (entry: Entry): number => (entry.kind === 'folder' ? 0 : 1);
  return entries
    .filter((entry) => hiddenToo || !entry.name.startsWith('.'))
    .sort((a, b) => rank(a) - rank(b) || byName.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
}

/** A name as it is drawn: one line, and nothing in it that makes it read as another. */
export function shownName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is made visible
  return withoutTurns(name).replace(/[\u0000-\u001f\u007f-\u009f]/g, '\u2426');
}

export function joined(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

/** The folder above; "/" is its own. */
export function parentOf(path: string): string {
  const at = path.replace(/\/+$/, '').lastIndexOf('/');
  return at <= 0 ? '/' : path.slice(0, at);
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** "812 B", "1.4 MB", "23 GB": two digits that matter, powers of a thousand. */
export function sizeWords(bytes: number): string {
  let unit = 0;
  let size = bytes;
  // What would be drawn as 1000 is one of the next unit.
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 9.95 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

/** How much of a transfer is done, 0 to 1; null when nobody knows. */
export function doneShare({
  bytes,
  totalBytes,
  status,
}: Pick<Transfer, 'bytes' | 'totalBytes' | 'status'>): number | null {
  if (status.state === 'done') return 1;
  if (totalBytes === null) return null;
  return totalBytes === 0 ? 0 : Math.min(1, bytes / totalBytes);
}
