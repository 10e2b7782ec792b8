import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import type { PaletteCommand } from './command.ts';
import { words } from './words.ts';

/** The forms to ask with: templates and favourites first, all other targets when their name is typed. */
export function askCommands({ access, settings: { favourites, templates } }: Snapshot): PaletteCommand[] {
  const group = words.groups.ask;
  const named = new Map(access.map((entry) => [entry.target.name, entry]));
  const known = favourites.filter((name) => named.has(name));
  const others = access.map((entry) => entry.target.name).filter((name) => !favourites.includes(name));
  const ask = (name: string, favourite: boolean): PaletteCommand => {
    const entry = named.get(name);
    const logins = entry?.options.flatMap((option) => option.logins) ?? [];
    return {
      id: `ask ${name}`,
      title: words.ask(name),
      detail: favourite ? words.favourite : undefined,
      also: [...Object.values(entry?.target.labels ?? {}), ...new Set(logins), 'request access'].join(' '),
      group,
      icon: favourite ? 'star' : 'target',
      searchOnly: !favourite,
      act: { kind: 'show', destination: { page: 'target', target: name } },
    };
  };
  return [
    ...templates.map(
      ({ name, targets }): PaletteCommand => ({
        id: `template ${name}`,
        title: words.template(name),
        detail: words.templateKind,
        also: `${targets.join(' ')} request access`,
        group,
        icon: 'template',
        act: { kind: 'show', destination: { page: 'template', name } },
      }),
    ),
    ...known.map((name) => ask(name, true)),
    ...others.map((name) => ask(name, false)),
  ];
}
