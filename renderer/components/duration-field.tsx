import { ActionIcon, TextInput } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useId } from 'react';
import {
  checkDuration,
  durationText,
  durationWords,
  parseDuration,
  presets,
  stepDuration,
} from '../words/durations.ts';
import classes from './duration-field.module.css';

interface Props {
  label: string;
  /** What stands in the field, as typed. */
  value: string;
  onChange(value: string): void;
  maxSeconds: number;
  /** Lengths to choose with one click; without it those that are usual up to the longest. */
  steps?: readonly number[];
  /** Before each of them, for time that is added: "+". */
  sign?: string;
  /** Shown below; without it the field shows its own once something unreadable stands in it. */
  error?: string | undefined;
}

/** A length of time: usual lengths by one click, any other typed or stepped by the arrow keys. */
export function DurationField({ label, value, onChange, maxSeconds, steps, sign = '', error }: Props) {
  const id = useId();
  const seconds = parseDuration(value);
  const checked = checkDuration(value, maxSeconds);
  const problem = error ?? (value.trim() !== '' && 'problem' in checked ? checked.problem : undefined);
  const step = (direction: 1 | -1) =>
    onChange(durationText(stepDuration(seconds ?? maxSeconds, direction, maxSeconds)));
  return (
    <fieldset className={classes.root} aria-describedby={problem === undefined ? undefined : `${id}-problem`}>
      <legend className={classes.legend}>
        {label} <span className={classes.most}>up to {durationWords(maxSeconds)}</span>
      </legend>
      <div className={classes.row}>
        <div className={classes.presets}>
          {(steps ?? presets(maxSeconds)).map((preset) => (
            <label key={preset} className={classes.preset}>
              <input
                type="radio"
                name={`${id}-preset`}
                checked={seconds === preset}
                onChange={() => onChange(durationText(preset))}
              />
              <span>
                {sign}
                {durationWords(preset)}
              </span>
            </label>
          ))}
        </div>
        <div className={classes.exact}>
          <ActionIcon
            variant="subtle"
            color="gray"
            tabIndex={-1}
            aria-label="Shorter"
            onClick={() => step(-1)}
            disabled={seconds !== null && seconds <= stepDuration(seconds, -1, maxSeconds)}
          >
            <IconMinus size={14} />
          </ActionIcon>
          <TextInput
            classNames={{ input: classes.input ?? '' }}
            aria-label={`${label}, exactly`}
            aria-invalid={problem !== undefined}
            aria-describedby={problem === undefined ? undefined : `${id}-problem`}
            data-invalid={problem !== undefined || undefined}
            value={value}
            size="xs"
            onChange={(event) => onChange(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
              event.preventDefault();
              step(event.key === 'ArrowUp' ? 1 : -1);
            }}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            tabIndex={-1}
            aria-label="Longer"
            onClick={() => step(1)}
            disabled={seconds !== null && seconds >= maxSeconds}
          >
            <IconPlus size={14} />
          </ActionIcon>
        </div>
      </div>
      {problem !== undefined && (
        <p id={`${id}-problem`} className={classes.problem} role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
