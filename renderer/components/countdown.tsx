import { VisuallyHidden } from '@mantine/core';
import { useNow } from '../store/clock.ts';
import { countdown } from '../words/countdown.ts';
import { fullMoment } from '../words/moments.ts';
import classes from './countdown.module.css';

/** Time left until a moment of the backend's clock, drawn again every second. */
export function Countdown({ until, suffix = 'left' }: { until: number; suffix?: string }) {
  const { text, spoken, warmth } = countdown(until - useNow());
  const over = warmth === 'over';
  return (
    <time
      className={classes.root}
      data-warmth={warmth}
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
