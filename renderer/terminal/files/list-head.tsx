import { Checkbox } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import classes from './file-list.module.css';
import { sortBy, useFilesLook } from './files-store.ts';
import type { SortBy } from './listing.ts';
import { words } from './words.ts';

interface Props {
  chosen: 'all' | 'some' | 'none';
  disabled: boolean;
  onChoose: (all: boolean) => void;
}

/** What the columns are, and by which of them the folder is sorted. */
export function ListHead({ chosen, disabled, onChoose }: Props) {
  return (
    <fieldset className={classes.head} aria-label={words.columns}>
      <Checkbox
        size="xs"
        aria-label={words.chooseAll}
        disabled={disabled}
        checked={chosen === 'all'}
        indeterminate={chosen === 'some'}
        onChange={() => onChoose(chosen !== 'all')}
      />
      <Column by="name" className={classes.nameHead} />
      <Column by="size" className={classes.size} />
      <span className={classes.may}>{words.permissionsHead}</span>
      <Column by="changed" className={classes.time} />
    </fieldset>
  );
}

function Column({ by, className }: { by: SortBy; className: string | undefined }) {
  const { sort } = useFilesLook();
  const on = sort.by === by;
  const Arrow = sort.down ? IconChevronDown : IconChevronUp;
  return (
    <span className={className}>
      <button
        type="button"
        className={classes.column}
        aria-pressed={on}
        aria-label={words.sortBy(by, on ? sort.down : null)}
        onClick={() => sortBy(by)}
      >
        {words.sorts[by]}
        {on && <Arrow size={12} stroke={2} aria-hidden />}
      </button>
    </span>
  );
}
