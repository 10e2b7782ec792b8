import { words } from './words.ts';

/**
 * What can be chosen, by id: the desktop's own first, then what is installed and allowed. One that was chosen and is gone
 * since stays in sight, so that nothing looks chosen that is not.
 * @param allowed null: all
 */
export function nativeChoices(
  installed: readonly { id: string; name: string }[],
  chosen: string,
  allowed: readonly string[] | null = null,
): Record<string, string> {
  const choices: Record<string, string> = { '': allowed === null ? words.nativeSystem : words.nativeAllowed };
  for (const { id, name } of installed) if (allowed === null || allowed.includes(id)) choices[id] = name;
  if (!Object.hasOwn(choices, chosen)) choices[chosen] = words.nativeGone(chosen);
  return choices;
}
