import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef } from 'react';
import type { Failure } from '../../../protocol/errors.ts';
import type { DecisionDraft } from '../../../protocol/ipc/drafts.ts';
import { DurationField } from '../../components/duration-field.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { checkDuration, durationText, durationWords } from '../../words/durations.ts';
import classes from './inbox-page.module.css';
import { words } from './words.ts';

interface Props {
  /** What is approved: `login@target`, or how many targets. */
  what: string;
  /** What was asked for, seconds. */
  maxSeconds: number;
  draft: DecisionDraft;
  onChange(part: Partial<DecisionDraft>): void;
  onSend(durationSeconds: number): void;
  onLeave(): void;
  busy: boolean;
  disabled: boolean;
  failure: Failure | null;
}

/** Approves what was asked or less. The button has the focus, so that A and Enter approve, and a slip of one key does not. */
export function ApprovePanel({ what, maxSeconds, draft, onChange, onSend, onLeave, busy, disabled, failure }: Props) {
  const duration = draft.duration ?? durationText(maxSeconds);
  const checked = checkDuration(duration, maxSeconds);
  const seconds = 'seconds' in checked ? checked.seconds : undefined;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy && !disabled && seconds !== undefined) onSend(seconds);
  };
  return (
    <form
      className={classes.panel}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onLeave();
      }}
    >
      <DurationField
        label={words.forHowLong(what)}
        value={duration}
        maxSeconds={maxSeconds}
        onChange={(text) => onChange({ duration: text })}
      />
      <TextInput
        label={words.note}
        placeholder={words.optional}
        maxLength={2000}
        value={draft.note}
        onChange={(event) => onChange({ note: event.currentTarget.value })}
      />
      <FailureLine failure={failure} />
      <div className={classes.acts}>
        <Button ref={button} type="submit" loading={busy} disabled={disabled || seconds === undefined}>
          {words.approve(seconds === undefined ? '' : durationWords(seconds))}
        </Button>
        <Button variant="default" onClick={onLeave}>
          {words.back}
        </Button>
      </div>
    </form>
  );
}
