import { Button, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Failure } from '../../protocol/errors.ts';
import card from './card.module.css';
import { FailureLine } from './failure-line.tsx';

interface Props {
  label: string;
  placeholder: string;
  /** What stands on the button that does it. */
  act: string;
  value: string;
  onChange(value: string): void;
  onSend(): void;
  onLeave(): void;
  busy: boolean;
  failure: Failure | null;
}

/** Says why before something is refused or cut. Enter sends, Shift-Enter makes a new line, Esc leaves. */
export function ReasonPanel({ label, placeholder, act, value, onChange, onSend, onLeave, busy, failure }: Props) {
  const [missing, setMissing] = useState(false);
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    if (busy) return;
    if (value.trim() === '') setMissing(true);
    else onSend();
  };
  const fieldProblem = failure?.field?.endsWith('reason') ? failure.message : undefined;
  return (
    <form
      onSubmit={send}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.preventDefault();
          onLeave();
        }
      }}
    >
      <Textarea
        data-autofocus
        autoFocus
        withAsterisk
        label={label}
        placeholder={placeholder}
        autosize={false}
        rows={2}
        maxLength={2000}
        value={value}
        error={missing && value.trim() === '' ? 'Say why; the other side sees it.' : fieldProblem}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
        }}
      />
      {fieldProblem === undefined && <FailureLine failure={failure} />}
      <div className={card.actions} style={{ marginTop: 10 }}>
        <Button type="submit" color="red" loading={busy}>
          {act}
        </Button>
        <Button variant="default" onClick={onLeave}>
          Back
        </Button>
      </div>
    </form>
  );
}
