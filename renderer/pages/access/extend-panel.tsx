import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Grant } from '../../../protocol/model/grant.ts';
import card from '../../components/card.module.css';
import { DurationField } from '../../components/duration-field.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { useAct } from '../../store/act.ts';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { needsSentence } from '../../words/approvals.ts';
import { durationWords, extensionSteps, parseDuration } from '../../words/durations.ts';
import { dayAndTime } from '../../words/moments.ts';
import { checkWish, freshWish, roleOf, type Wish } from './extend.ts';
import classes from './extend-panel.module.css';
import { lastExtension } from './standing.ts';
import { words } from './words.ts';

/** Asks for more time. Enter sends, Esc leaves; what is open goes on either way. */
export function ExtendPanel({ grant, onLeave }: { grant: Grant; onLeave(): void }) {
  const option = useSnapshot((s) => roleOf(grant, s.access));
  const waits = useSnapshot((s) => lastExtension(s.requests, grant.id)?.state === 'pending');
  const self = useRef<HTMLFormElement>(null);
  const most = grant.extension?.maxSeconds ?? 0;
  const [wish, setWish] = useState<Wish>(() => freshWish(most));
  const [tried, setTried] = useState(false);
  const extend = useAct('grants.extend');
  const now = useNow();
  const checked = checkWish(wish, most, option);
  const problem = (field: keyof Wish) => (tried && 'problems' in checked ? checked.problems[field] : undefined);
  const seconds = parseDuration(wish.duration);
  const can = grant.extension !== null && !waits;
  useEffect(() => {
    const wanted = can ? 'input[type="text"], input:not([type="radio"])' : 'button';
    self.current?.querySelector<HTMLElement>(wanted)?.focus();
    self.current?.scrollIntoView({ block: 'nearest' });
  }, [can]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (extend.busy || !can) return;
    setTried(true);
    if ('problems' in checked) {
      requestAnimationFrame(() => self.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    if ((await extend.run({ id: grant.id, ...checked })).ok) onLeave();
  };
  return (
    <form
      ref={self}
      className={classes.root}
      noValidate
      aria-label={`${words.extend} ${grant.login}@${grant.target.name}`}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onLeave();
      }}
    >
      {can ? (
        <>
          <DurationField
            label={words.extendTitle}
            value={wish.duration}
            maxSeconds={most}
            steps={extensionSteps(most)}
            sign="+"
            error={problem('duration')}
            onChange={(duration) => setWish({ ...wish, duration })}
          />
          <TextInput
            label={words.reason}
            withAsterisk={option?.reason === 'required'}
            aria-required={option?.reason === 'required'}
            placeholder={option?.reason === 'required' ? words.reasonPlaceholder : words.optional}
            maxLength={2000}
            value={wish.reason}
            error={problem('reason')}
            onChange={(event) => setWish({ ...wish, reason: event.currentTarget.value })}
          />
          {option !== undefined && option.ticket !== 'none' && (
            <TextInput
              label={words.ticket}
              withAsterisk={option.ticket === 'required'}
              aria-required={option.ticket === 'required'}
              placeholder={option.ticket === 'required' ? '' : words.optional}
              maxLength={200}
              value={wish.ticket}
              error={problem('ticket')}
              onChange={(event) => setWish({ ...wish, ticket: event.currentTarget.value })}
            />
          )}
          <p className={card.quiet} role="status">
            {seconds !== null && words.extendUntil(dayAndTime(grant.endsAt + seconds * 1000, now))}{' '}
            {option !== undefined && words.extendNeeds(needsSentence(option.needs))}{' '}
            {words.extendLeft(grant.extension?.left ?? 1)}
          </p>
        </>
      ) : (
        <p role="status">{waits ? words.extendWaits : words.extendNot}</p>
      )}
      <FailureLine failure={extend.failure} />
      <div className={card.actions}>
        {can && (
          <Button type="submit" loading={extend.busy}>
            {words.extendAsk(seconds === null ? '' : durationWords(seconds))}
          </Button>
        )}
        <Button variant="default" onClick={onLeave}>
          {words.back}
        </Button>
      </div>
    </form>
  );
}
