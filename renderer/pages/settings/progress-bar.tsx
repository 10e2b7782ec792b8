import classes from './progress-bar.module.css';

/** How much of something is done. @param percent 0 to 100 */
export function ProgressBar({ label, percent }: { label: string; percent: number }) {
  return (
    <div
      className={classes.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div className={classes.done} style={{ transform: `scaleX(${percent / 100})` }} />
    </div>
  );
}
