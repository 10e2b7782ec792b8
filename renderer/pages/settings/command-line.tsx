import { ActionIcon } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useCopied } from '../../store/copied.ts';
import classes from './command-line.module.css';
import { words } from './words.ts';

/** A command for a terminal of the person's own, and the way to copy it. */
export function CommandLine({ command }: { command: string }) {
  const { copied, copy } = useCopied();
  const done = copied === command;
  return (
    <div className={classes.root}>
      <code>{command}</code>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={done ? words.copied : words.copy(command)}
        onClick={() => void copy(command)}
      >
        {done ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
      </ActionIcon>
    </div>
  );
}
