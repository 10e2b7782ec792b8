import classes from './state-word.module.css';

/** What a state means for the person: `good` goes on, `warm` wants attention, `bad` was refused or cut, `quiet` is over. */
export type Tone = 'good' | 'warm' | 'bad' | 'quiet' | 'accent';

/** A state as a dot and a word. */
export function StateWord({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={classes.root} data-tone={tone}>
      <span className={classes.dot} aria-hidden />
      {children}
    </span>
  );
}
