import type { AccessibleTarget, AccessOption } from '../../../protocol/model/access.ts';
import { inARow } from '../../words/approvals.ts';

/** The most targets one ask can name. */
export const MOST_TARGETS = 20;

/** What the chosen targets give for a login together: one role of one target, or what all of them allow. */
export type Offer = Pick<AccessOption, 'maxDurationSeconds' | 'reason' | 'ticket'> & {
  /** Who must approve, once for each different answer, with the targets it holds for. */
  groups: { needs: AccessOption['needs']; targets: string[] }[];
  /** The role by which it is asked; null for several targets, where policy takes the first that fits. */
  role: AccessOption | null;
};

/** Logins that every one of the targets gives, in the order of the first one's policy. */
export function loginsOf(entries: readonly AccessibleTarget[]): string[] {
  const [first, ...others] = entries;
  if (first === undefined) return [];
  const all = [...new Set(first.options.flatMap((option) => option.logins))];
  return all.filter((login) => others.every((entry) => rolesFor([entry], login).length > 0));
}

/** The roles of the only target that give a login; none to choose from where there are several targets. */
export function rolesFor(entries: readonly AccessibleTarget[], login: string): AccessOption[] {
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) return [];
  return entry.options.filter((option) => option.logins.includes(login));
}

/** What would be asked for; undefined when some target does not give the login (any more). */
export function offerOf(
  entries: readonly AccessibleTarget[],
  { login, role }: { login: string; role: string },
): Offer | undefined {
  const ways = entries.map((entry) => ({ name: entry.target.name, roles: rolesFor([entry], login) }));
  const [only] = ways;
  if (only === undefined || ways.some((way) => way.roles.length === 0)) return undefined;
  if (ways.length === 1) {
    const chosen = only.roles.find((option) => option.role === role) ?? (only.roles[0] as AccessOption);
    return { ...chosen, role: chosen, groups: [{ needs: chosen.needs, targets: [only.name] }] };
  }
  const every = (test: (option: AccessOption) => boolean) => ways.some((way) => way.roles.every(test));
  return {
    role: null,
    maxDurationSeconds: Math.min(...ways.map((way) => Math.max(...way.roles.map((o) => o.maxDurationSeconds)))),
    reason: every((option) => option.reason === 'required') ? 'required' : 'optional',
    ticket: every((option) => option.ticket === 'required')
      ? 'required'
      : ways.every((way) => way.roles.every((option) => option.ticket === 'none'))
        ? 'none'
        : 'optional',
    groups: grouped(ways.map((way) => ({ name: way.name, needs: (way.roles[0] as AccessOption).needs }))),
  };
}

function grouped(all: readonly { name: string; needs: AccessOption['needs'] }[]): Offer['groups'] {
  const byNeeds = new Map<string, Offer['groups'][number]>();
  for (const { name, needs } of all) {
    const key = JSON.stringify(needs);
    const group = byNeeds.get(key) ?? { needs, targets: [] };
    group.targets.push(name);
    byNeeds.set(key, group);
  }
  return [...byNeeds.values()];
}

/** What the targets are called in a sentence: "db-1", "db-1 and web-1", "db-1, web-1 and 3 more". */
export function targetsInWords(names: readonly string[]): string {
  return inARow(names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names);
}
