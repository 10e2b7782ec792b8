import { useEffect, useRef } from 'react';
import type { PaletteCommand } from './command.ts';
import { groupsOf } from './groups.ts';
import { CommandIcon } from './icons.tsx';
import classes from './palette.module.css';
import { words } from './words.ts';

interface Props {
  id: string;
  commands: readonly PaletteCommand[];
  /** Ids that stand first as what was chosen lately; null while something is typed: then there are no groups. */
  recent: readonly string[] | null;
  active: number;
  onPoint(at: number): void;
  onChoose(command: PaletteCommand): void;
}

/** The commands, under the names of their groups before anything is typed. */
export function PaletteList({ id, commands, recent, active, onPoint, onChoose }: Props) {
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen is kept in sight, whatever moved it
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active, commands]);
  const line = (command: PaletteCommand, at: number) => (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
    <div
      key={command.id}
      id={`${id}-${at}`}
      role="option"
      tabIndex={-1}
      aria-selected={at === active}
      className={classes.option}
      // Not on entering: a list that scrolls under a resting pointer chooses nothing.
      onPointerMove={() => at !== active && onPoint(at)}
      // The focus stays in the field.
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => onChoose(command)}
    >
      <CommandIcon of={command.icon} />
      <span className={classes.title}>{command.title}</span>
      {command.detail !== undefined && <span className={classes.detail}>{command.detail}</span>}
    </div>
  );
  return (
    <div ref={list} id={id} role="listbox" aria-label={words.title} className={classes.list}>
      {recent === null
        ? commands.map(line)
        : groupsOf(commands, recent).map((group) => (
            // biome-ignore lint/a11y/useSemanticElements: a group of options
            <div key={group.name} role="group" aria-label={group.name}>
              <div className={classes.group} aria-hidden>
                {group.name}
              </div>
              {group.commands.map(({ command, at }) => line(command, at))}
            </div>
          ))}
    </div>
  );
}
