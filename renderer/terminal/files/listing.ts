import type { CommandOutput } from '../../../protocol/ipc/commands.ts';
import type { Transfer } from '../../../protocol/ipc/snapshot.ts';
import { dayAndTime } from '../../words/moments.ts';

export type Listing = CommandOutput<'files.list'>;
export type Entry = Listing['entries'][number];

export type SortBy = 'name' | 'size' | 'changed';
/** `down`: from Z to A, the largest first, the newest first. */
export interface Sort {
  by: SortBy;
  down: boolean;
}

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Folders first, then as wanted; what is equal by name, as people sort. Names with a dot first only when asked for. */
export function sorted(entries: readonly Entry[], hiddenToo: boolean, { by, down }: Sort): Entry[] {
  const rank = (entry: Entry): number => (entry.kind === 'folder' ? 0 : 1);
  const names = (a: Entry, b: Entry): number => byName.compare(a.name, b.name) || (a.name < b.name ? -1 : 1);
  const wanted = (a: Entry, b: Entry): number => {
    const up = by === 'name' ? names(a, b) : by === 'size' ? a.bytes - b.bytes : a.modifiedAt - b.modifiedAt;
    return down ? -up : up;
  };
  return entries
    .filter((entry) => hiddenToo || !entry.name.startsWith('.'))
    .sort((a, b) => rank(a) - rank(b) || wanted(a, b) || names(a, b));
}

/**
 * What is not seen or turns the text round: controls, marks of direction, ends of lines, fillers, tags. What joins the
 * letters of a script or the parts of an emoji stays.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is made visible
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** A name as it is drawn: one line, and nothing in it that makes it read as another. */
export function shownName(name: string): string {
  return name.replace(UNSEEN, '\ufffd').replace(/^ +| +$/g, (spaces) => '\u2423'.repeat(spaces.length));
}

/** The last letters of a name stay in sight when it is too long: "report of a ve…2026.pdf". */
export function tailOf(name: string): [head: string, tail: string] {
  const letters = [...name];
  if (letters.length < 24) return [name, ''];
  return [letters.slice(0, -10).join(''), letters.slice(-10).join('')];
}

const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
/** From then on the year is said, ms. */
const LONG_AGO_MS = 300 * 24 * 60 * 60_000;

/** When something was changed: the time of a day, and of long ago, or to come, the year. */
export function changedWords(at: number, now: number): string {
  const ago = now - at;
  return ago > LONG_AGO_MS || ago < -LONG_AGO_MS ? dayOfYear.format(at) : dayAndTime(at, now);
}

/** "rwxr-xr-x", with s and t where they stand; '' when the target does not say. */
export function permissionWords(bits: number | null): string {
  if (bits === null) return '';
  const triad = (shift: number, special: number, letter: string): string => {
    const runs = (bits & (1 << shift)) !== 0;
    const last = (bits & special) === 0 ? (runs ? 'x' : '-') : runs ? letter : letter.toUpperCase();
    return `${bits & (4 << shift) ? 'r' : '-'}${bits & (2 << shift) ? 'w' : '-'}${last}`;
  };
  return triad(6, 0o4000, 's') + triad(3, 0o2000, 's') + triad(0, 0o1000, 't');
}

export function joined(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

/** The folder above; "/" is its own. */
export function parentOf(path: string): string {
  const at = path.replace(/\/+$/, '').lastIndexOf('/');
  return at <= 0 ? '/' : path.slice(0, at);
}

/** A path part by part, from "/" on: each with its own path. */
export function crumbsOf(path: string): { name: string; path: string }[] {
  const crumbs = [{ name: '/', path: '/' }];
  for (const name of path.split('/').filter((part) => part !== '')) {
    crumbs.push({ name, path: joined(crumbs.at(-1)?.path ?? '/', name) });
  }
  return crumbs;
}

/** The next entry from one on whose name begins with what was typed; -1 when none does. */
export function typedAhead(entries: readonly Entry[], from: number, typed: string): number {
  const wanted = typed.toLocaleLowerCase();
  for (let i = 0; i < entries.length; i++) {
    const at = (from + i) % entries.length;
    if (entries[at]?.name.toLocaleLowerCase().startsWith(wanted)) return at;
  }
  return -1;
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
