import type { Template } from '../../../protocol/ipc/settings.ts';

/** The most templates that are kept, and the most letters of a name: what the settings take. */
export const MOST_TEMPLATES = 50;
export const LONGEST_NAME = 60;

/** What is wrong with a name for a template; undefined when nothing is. @param except the template that is renamed */
export function nameProblem(name: string, templates: readonly Template[], except?: string): string | undefined {
  const wanted = name.trim();
  if (wanted === '') return 'Give it a name.';
  if (wanted.length > LONGEST_NAME) return `At most ${LONGEST_NAME} letters.`;
  const taken = templates.some((t) => t.name !== except && t.name.toLowerCase() === wanted.toLowerCase());
  if (taken) return 'There is a template with that name.';
  if (except === undefined && templates.length >= MOST_TEMPLATES)
    return `There are ${MOST_TEMPLATES} templates already. Delete one first.`;
  return undefined;
}

/** The list with a template more, by name. */
export function withTemplate(templates: readonly Template[], added: Template): Template[] {
  return [...templates, added].sort((a, b) => a.name.localeCompare(b.name));
}

/** The list with one renamed. */
export function renamed(templates: readonly Template[], name: string, to: string): Template[] {
  const others = templates.filter((t) => t.name !== name);
  const one = templates.find((t) => t.name === name);
  return one === undefined ? others : withTemplate(others, { ...one, name: to.trim() });
}
