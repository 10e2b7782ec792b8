import { useState } from 'react';
import { firstLines, withoutTurns } from '../words/free-text.ts';
import classes from './card.module.css';

/** What somebody wrote: all of it, or its first lines and a button that says how many there are. Never cut unsaid. */
export function FreeText({ children }: { children: string }) {
  const [all, setAll] = useState(false);
  const text = withoutTurns(children);
  const { shown, lines } = firstLines(text);
  const cut = shown.length < text.trimEnd().length;
  return (
    <>
      <bdi className={classes.quote}>{all ? text.trimEnd() : shown}</bdi>
      {cut && !all && (
        <button type="button" className={classes.link} style={{ display: 'block' }} onClick={() => setAll(true)}>
          Show all {lines} lines
        </button>
      )}
    </>
  );
}
