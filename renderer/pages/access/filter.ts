import type { AccessibleTarget } from '../../../protocol/model/access.ts';

/** The most targets that are drawn; who has more types. */
export const MOST_SHOWN = 120;

/**
 * Targets that match every word typed, best first: a name that starts with the first word, then one that contains it,
 * then matches elsewhere (description, labels, logins, roles). An empty query keeps all, in the order given.
 */
export function filterTargets(access: readonly AccessibleTarget[], query: string): AccessibleTarget[] {
  const typed = query.toLowerCase().split(/\s+/).filter(Boolean);
  const first = typed[0];
  if (first === undefined) return [...access];
  const ranked: { rank: number; entry: AccessibleTarget }[] = [];
  for (const entry of access) {
    const text = searchable(entry);
    if (!typed.every((word) => text.includes(word))) continue;
    const { name } = entry.target;
    ranked.push({ rank: name.startsWith(first) ? 0 : name.includes(first) ? 1 : 2, entry });
  }
  return ranked.sort((a, b) => a.rank - b.rank).map((r) => r.entry);
}

/** Whether every word of a query is found in one of the texts. */
export function matches(texts: readonly string[], query: string): boolean {
  const all = texts.join('\n').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** `login@name` is one of the words, so that what people paste from a shell finds its target. */
function searchable({ target, options }: AccessibleTarget): string {
  const labels = Object.entries(target.labels).flatMap(([key, value]) => [`${key}:${value}`, `${key}=${value}`]);
  const ways = options.flatMap((o) => [o.role, ...o.logins.map((login) => `${login}@${target.name}`)]);
  return [target.name, target.description, ...labels, ...ways].join('\n').toLowerCase();
}
