import { Button } from '@mantine/core';
import { useId } from 'react';
import { previewOf } from './paste.ts';
import classes from './question.module.css';
import { settlePaste } from './views.ts';
import { words } from './words.ts';

/** Asks before text with line ends goes to a program that would run each line as it lands. */
export function PasteQuestion({ id, text }: { id: string; text: string }) {
  const title = useId();
  const { lines, shown, hidden } = previewOf(text);
  return (
    <div
      role="dialog"
      aria-labelledby={title}
      className={classes.root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        settlePaste(id, false);
      }}
    >
      <div className={classes.head}>
        <strong id={title}>{words.pasteTitle(lines)}</strong>
        <span className={classes.actions}>
          <Button size="compact-sm" autoFocus onClick={() => settlePaste(id, true)}>
            {words.paste}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => settlePaste(id, false)}>
            {words.cancel}
          </Button>
        </span>
      </div>
      <pre className={classes.preview}>{shown}</pre>
      {hidden > 0 && <p className={classes.more}>{words.pasteMore(hidden)}</p>}
    </div>
  );
}
