import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Template } from '../../../protocol/ipc/settings.ts';
import { LONGEST_NAME, nameProblem } from '../ask/templates.ts';
import classes from './template-name.module.css';
import { words } from './words.ts';

interface Props {
  name: string;
  templates: readonly Template[];
  onKeep(name: string): Promise<void>;
  onLeave(): void;
}

/** Renames a template in its place. Enter keeps, Esc leaves it as it was. */
export function TemplateName({ name, templates, onKeep, onLeave }: Props) {
  const [typed, setTyped] = useState(name);
  const [tried, setTried] = useState(false);
  const problem = nameProblem(typed, templates, name);
  const keep = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (problem === undefined) void onKeep(typed.trim());
  };
  return (
    <form
      className={classes.root}
      onSubmit={keep}
      noValidate
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onLeave();
      }}
    >
      <TextInput
        className={classes.field ?? ''}
        size="xs"
        autoFocus
        aria-label={words.newName(name)}
        maxLength={LONGEST_NAME}
        value={typed}
        error={tried ? problem : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button type="submit">{words.save}</Button>
      <Button variant="default" onClick={onLeave}>
        {words.back}
      </Button>
    </form>
  );
}
