import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useId, useState } from 'react';
import type { Grant } from '../../protocol/model/grant.ts';
import { DurationField } from '../components/duration-field.tsx';
import { FailureLine } from '../components/failure-line.tsx';
import { useAct } from '../store/act.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { checkDuration, durationText } from '../words/durations.ts';
import { optionOf } from './ending.ts';
import classes from './extend-panel.module.css';
import { words } from './words.ts';

/** How much more is asked for, unless the person says otherwise, seconds. */
const USUAL_SECONDS = 1800;

/** Asks for more time on an access. Over the terminal, so that nothing in it moves. Esc leaves. */
export function ExtendPanel({ grant, onLeave }: { grant: Grant; onLeave: () => void }) {
  const title = useId();
  const option = useSnapshot((s) => optionOf(grant, s.access));
  const extending = useAct('grants.extend');
  const maxSeconds = grant.extension?.maxSeconds ?? 0;
  const [duration, setDuration] = useState(durationText(Math.min(USUAL_SECONDS, maxSeconds)));
  const [reason, setReason] = useState('');
  const [ticket, setTicket] = useState('');
  const [sent, setSent] = useState(false);
  const checked = checkDuration(duration, maxSeconds);
  const wants = { reason: option?.reason === 'required', ticket: option?.ticket === 'required' };
  const missing = { reason: wants.reason && reason.trim() === '', ticket: wants.ticket && ticket.trim() === '' };
  const over = grant.extension === null;
  useEffect(() => {
    if (over) onLeave();
  }, [over, onLeave]);
  const ask = async (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (extending.busy || missing.reason || missing.ticket || !('seconds' in checked)) return;
    const result = await extending.run({ id: grant.id, durationSeconds: checked.seconds, reason, ticket });
    if (result.ok) onLeave();
  };
  const { failure } = extending;
  return (
    <form
      aria-labelledby={title}
      className={classes.root}
      onSubmit={(event) => void ask(event)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onLeave();
      }}
    >
      <strong id={title}>{words.extendTitle(`${grant.login}@${grant.target.name}`)}</strong>
      <DurationField
        label={words.extendFor}
        value={duration}
        onChange={setDuration}
        maxSeconds={maxSeconds}
        error={failure?.field?.endsWith('durationSeconds') ? failure.message : undefined}
      />
      <TextInput
        autoFocus
        label={wants.reason ? words.extendReason : words.extendReasonOptional}
        withAsterisk={wants.reason}
        maxLength={2000}
        value={reason}
        error={sent && missing.reason ? words.extendMissingReason : undefined}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {option?.ticket !== undefined && option.ticket !== 'none' && (
        <TextInput
          label={wants.ticket ? words.extendTicket : words.extendTicketOptional}
          withAsterisk={wants.ticket}
          maxLength={200}
          value={ticket}
          error={sent && missing.ticket ? words.extendMissingTicket : undefined}
          onChange={(event) => setTicket(event.currentTarget.value)}
        />
      )}
      {failure?.field?.endsWith('durationSeconds') !== true && <FailureLine failure={failure} />}
      <div className={classes.acts}>
        <Button type="submit" loading={extending.busy}>
          {words.extendSend}
        </Button>
        <Button variant="default" onClick={onLeave}>
          {words.cancel}
        </Button>
      </div>
      <p className={classes.quiet}>
        {words.extendGoesOn} {grant.extension !== null && words.extendLeft(grant.extension.left)}
      </p>
    </form>
  );
}
