import { z } from 'zod';

/** So many different approvers out of these groups. All requirements of a role must be met, by different people. */
export const approvalRequirementSchema = z.strictObject({
  groups: z.array(z.string().min(1)).min(1),
  count: z.number().int().min(1).max(10).default(1),
});
export type ApprovalRequirement = z.infer<typeof approvalRequirementSchema>;

export interface Approver {
  id: string;
  groups: readonly string[];
}

/** How far each requirement is met, in the order of the policy. */
export interface ApprovalProgress {
  met: boolean;
  have: number[];
}

/**
 * Fits approvers to requirements so that as many slots as possible are filled and each person fills one only: somebody
 * who is in two groups is one approval, not two (maximum bipartite matching by augmenting paths).
 */
export function approvalProgress(
  requirements: readonly ApprovalRequirement[],
  approvers: readonly Approver[],
): ApprovalProgress {
  const slots = requirements.flatMap((r, requirement) => Array.from({ length: r.count }, () => requirement));
  const people = [...new Map(approvers.map((a) => [a.id, a])).values()];
  const filledBy = new Map<number, number>();
  const fits = (person: number, slot: number): boolean => {
    const wanted = requirements[slots[slot] ?? -1]?.groups ?? [];
    return people[person]?.groups.some((g) => wanted.includes(g)) ?? false;
  };
  const place = (person: number, seen: Set<number>): boolean => {
    for (let slot = 0; slot < slots.length; slot++) {
      if (seen.has(slot) || !fits(person, slot)) continue;
      seen.add(slot);
      const holder = filledBy.get(slot);
      if (holder === undefined || place(holder, seen)) {
        filledBy.set(slot, person);
        return true;
      }
    }
    return false;
  };
  for (let person = 0; person < people.length; person++) place(person, new Set());
  const have = requirements.map((_, r) => [...filledBy.keys()].filter((slot) => slots[slot] === r).length);
  return { have, met: requirements.every((r, i) => (have[i] ?? 0) >= r.count) };
}
