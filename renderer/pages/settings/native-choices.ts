import { words } from './words.ts';

/**
 * What can be chosen, by id: the desktop's own first, then what is installed. One that was chosen and is gone since
 * stays in sight, so that nothing looks chosen that is not.
 */
export function nativeChoices(
  installed: readonly { id: string; name: string }[],
  chosen: string,
): Record<string, string> {
  const choices: Record<string, string> = { '': words.nativeSystem };
  for (const { id, name } of installed) choices[id] = name;
  if (!Object.hasOwn(choices, chosen)) choices[chosen] = words.nativeGone(chosen);
  return choices;
}
