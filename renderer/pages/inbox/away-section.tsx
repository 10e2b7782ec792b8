import { Button, NativeSelect } from '@mantine/core';
import { type FormEvent, useId, useState } from 'react';
import card from '../../components/card.module.css';
import { FailureLine } from '../../components/failure-line.tsx';
import { Section } from '../../components/section.tsx';
import { useAct } from '../../store/act.ts';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { withoutTurns } from '../../words/free-text.ts';
import { untilDay } from '../../words/moments.ts';
import askForm from '../ask/ask-form.module.css';
import { localText } from '../ask/start.ts';
import { checkEnd, usualEnds } from './away.ts';
import classes from './inbox-page.module.css';
import { words } from './words.ts';

/** Who decides in my place while I am away, and how to hand over. */
export function AwaySection() {
  const now = useNow();
  const { mine, candidates } = useSnapshot((s) => s.delegation);
  const [opened, setOpened] = useState(false);
  const end = useAct('delegation.end');
  const nobody = mine === null && candidates.length === 0;
  const given = mine !== null && mine.until > now ? mine : null;
  if (nobody) {
    return (
      <Section title={words.away}>
        <p className={card.quiet} style={{ padding: '0 2px' }}>
          {words.awayNone}
        </p>
      </Section>
    );
  }
  return (
    <Section title={words.away}>
      <div className={card.card}>
        {opened && given === null ? (
          <AwayForm onLeave={() => setOpened(false)} />
        ) : (
          <div className={classes.awayLine}>
            <p role="status">
              {given !== null
                ? words.awaySomebody(withoutTurns(given.standIn.name), untilDay(given.until, now))
                : words.awayNobody}
            </p>
            {given !== null && (
              <Button
                variant="default"
                loading={end.busy}
                onClick={() => {
                  setOpened(false);
                  void end.run({});
                }}
              >
                {words.awayEnd}
              </Button>
            )}
            {given === null && candidates.length > 0 && (
              <Button variant="default" onClick={() => setOpened(true)}>
                {words.awayOpen}
              </Button>
            )}
          </div>
        )}
        <FailureLine failure={end.failure} />
      </div>
    </Section>
  );
}

function AwayForm({ onLeave }: { onLeave(): void }) {
  const id = useId();
  const now = useNow();
  const candidates = useSnapshot((s) => s.delegation.candidates);
  const [standIn, setStandIn] = useState(candidates[0]?.id ?? '');
  const [until, setUntil] = useState(() => localText(usualEnds(now)[0] ?? now));
  const set = useAct('delegation.set');
  const at = checkEnd(until, now);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (at === null || set.busy) return;
    if ((await set.run({ standIn, until: at })).ok) onLeave();
  };
  return (
    <form
      className={classes.away}
      noValidate
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onLeave();
      }}
    >
      <NativeSelect
        autoFocus
        label={words.awayWho}
        data={candidates.map((person) => ({
          value: person.id,
          label: `${withoutTurns(person.name)} · ${person.email}`,
        }))}
        value={standIn}
        onChange={(event) => setStandIn(event.currentTarget.value)}
      />
      <div>
        <label htmlFor={id} className={classes.momentLabel}>
          {words.awayUntil}
        </label>
        <div className={askForm.later}>
          <input
            id={id}
            type="datetime-local"
            className={askForm.moment}
            min={localText(now)}
            value={until}
            aria-invalid={at === null}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
          {usualEnds(now)
            .slice(0, 3)
            .map((end) => (
              <button
                key={end}
                type="button"
                className={askForm.chip}
                aria-pressed={localText(end) === until}
                onClick={() => setUntil(localText(end))}
              >
                {untilDay(end, now)}
              </button>
            ))}
          {at === null && (
            <p className={askForm.problem} role="alert">
              {words.awayProblem}
            </p>
          )}
        </div>
      </div>
      <FailureLine failure={set.failure} />
      <div className={card.actions}>
        <Button type="submit" loading={set.busy} disabled={at === null}>
          {words.awaySend}
        </Button>
        <Button variant="default" onClick={onLeave}>
          {words.back}
        </Button>
      </div>
    </form>
  );
}
