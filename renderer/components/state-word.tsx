import classes from './state-word.module.css';
import type { Tone } from './tone.ts';

/** A state as a dot and a word. */
export function StateWord({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={classes.root} data-tone={tone}>
      <span className={classes.dot} aria-hidden />
      {children}
    </span>
  );
}
