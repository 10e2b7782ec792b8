import { useNow } from '../store/clock.ts';
import { countdown } from '../words/countdown.ts';
import classes from './time-bar.module.css';

/** How much of a length of time is left, as a thin line. Says nothing a countdown beside it does not say. */
export function TimeBar({ from, until }: { from: number; until: number }) {
  const left = until - useNow();
  const share = Math.max(0, Math.min(1, left / Math.max(1, until - from)));
  return (
    <div className={classes.track} aria-hidden>
      <div
        className={classes.left}
        data-warmth={countdown(left).warmth}
        style={{ transform: `scaleX(${share.toFixed(4)})` }}
      />
    </div>
  );
}
