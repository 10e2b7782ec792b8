import { SegmentedControl } from '@mantine/core';
import { useId } from 'react';
import { useNow } from '../../store/clock.ts';
import { dayAndTime, fullMoment } from '../../words/moments.ts';
import classes from './ask-form.module.css';
import { checkStart, LONGEST_AHEAD_MS, localText, usualStart, usualStarts, zoneName } from './start.ts';
import { words } from './words.ts';

interface Props {
  /** '' is when it is approved. */
  value: string;
  error: string | undefined;
  onChange(text: string): void;
}

/** When access begins: at approval, or at a moment in the person's own zone. */
export function StartChoice({ value, error, onChange }: Props) {
  const id = useId();
  const now = useNow();
  const later = value !== '';
  const checked = checkStart(value, now);
  const at = 'startsAt' in checked ? checked.startsAt : null;
  const problem = error ?? ('problem' in checked ? checked.problem : undefined);
  return (
    <div>
      <div id={id} className={classes.legend}>
        {words.begins}
      </div>
      <SegmentedControl
        aria-labelledby={id}
        fullWidth
        data={[
          { value: 'now', label: words.now },
          { value: 'later', label: words.later },
        ]}
        value={later ? 'later' : 'now'}
        onChange={(choice) => onChange(choice === 'now' ? '' : localText(usualStart(now)))}
      />
      {later && (
        <div className={classes.later}>
          <input
            type="datetime-local"
            className={classes.moment}
            aria-label={words.beginsAt}
            aria-invalid={problem !== undefined}
            aria-describedby={`${id}-says`}
            min={localText(now)}
            max={localText(now + LONGEST_AHEAD_MS)}
            value={value}
            // Emptied by its own keys it would mean "when approved": it stays "later", to be filled in.
            onChange={(event) => onChange(event.currentTarget.value || '-')}
          />
          {usualStarts(now).map((start) => (
            <button
              key={start}
              type="button"
              className={classes.chip}
              aria-pressed={localText(start) === value}
              onClick={() => onChange(localText(start))}
            >
              {dayAndTime(start, now)}
            </button>
          ))}
          <p
            id={`${id}-says`}
            className={problem === undefined ? classes.says : classes.problem}
            role={problem === undefined ? 'status' : 'alert'}
            title={at === null ? undefined : fullMoment(at)}
          >
            {problem ?? words.beginsSentence(dayAndTime(at ?? now, now), zoneName())}
          </p>
        </div>
      )}
    </div>
  );
}
