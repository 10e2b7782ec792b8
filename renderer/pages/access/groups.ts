import type { AccessibleTarget } from '../../../protocol/model/access.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { filterTargets, MOST_SHOWN } from './filter.ts';

/** The most targets under "Recent". */
export const MOST_RECENT = 4;

export type GroupName = 'favourites' | 'recent' | 'others' | 'all';

/** Targets under one heading. */
export interface Group {
  name: GroupName;
  entries: AccessibleTarget[];
}

/** Names of the targets of my last requests, newest first. */
export function recentTargets(requests: readonly AccessRequest[]): string[] {
  return [...new Set(requests.map((request) => request.target.name))];
}

/**
 * Targets to ask for, each once: favourites, those asked for lately, then all others, in the order given. What somebody
 * searches for comes in one group, best first. At most MOST_SHOWN of them.
 */
export function groupTargets(
  access: readonly AccessibleTarget[],
  { query, favourites, recent }: { query: string; favourites: readonly string[]; recent: readonly string[] },
): { groups: Group[]; found: number } {
  const found = filterTargets(access, query);
  const shown = (name: GroupName, entries: AccessibleTarget[]): Group => ({ name, entries });
  if (query.trim() !== '') return { groups: [shown('all', found.slice(0, MOST_SHOWN))], found: found.length };
  const named = (names: readonly string[]): AccessibleTarget[] =>
    names.flatMap((name) => found.find((entry) => entry.target.name === name) ?? []);
  const first = found.filter((entry) => favourites.includes(entry.target.name));
  const second = named(recent.filter((name) => !favourites.includes(name))).slice(0, MOST_RECENT);
  const rest = found.filter((entry) => !first.includes(entry) && !second.includes(entry));
  const left = Math.max(0, MOST_SHOWN - first.length - second.length);
  const groups = [shown('favourites', first), shown('recent', second)];
  const last = shown(first.length + second.length === 0 ? 'all' : 'others', rest.slice(0, left));
  return { groups: [...groups, last].filter((group) => group.entries.length > 0), found: found.length };
}
