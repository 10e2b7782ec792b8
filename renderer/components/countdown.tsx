import { VisuallyHidden } from '@mantine/core';
import { useNow } from '../store/clock.ts';
import { countdown } from '../words/countdown.ts';
import { fullMoment } from '../words/moments.ts';
import classes from './countdown.module.css';

interface Props {
  /** A moment of the backend's clock. */
  until: number;
  suffix?: string;
  /** Without a colour while there is time: for what merely lapses. */
  quiet?: boolean;
}

/** Time left until a moment, drawn again every second. */
export function Countdown({ until, suffix = 'left', quiet = false }: Props) {
  const { text, spoken, warmth } = countdown(until - useNow());
  const over = warmth === 'over';
  return (
    <time
      className={classes.root}
      data-warmth={warmth}
      data-quiet={quiet || undefined}
      title={fullMoment(until)}
      dateTime={new Date(until).toISOString()}
    >
      <span aria-hidden>
        {text}
        {!over && suffix !== '' && <span className={classes.suffix}> {suffix}</span>}
      </span>
      <VisuallyHidden>{over ? spoken : `${spoken} left`}</VisuallyHidden>
    </time>
  );
}
