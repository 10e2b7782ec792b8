import { IconBan, IconUpload } from '@tabler/icons-react';
import classes from './drop-hint.module.css';
import type { Over } from './use-file-drop.ts';
import { words } from './words.ts';

/** Covers the element that files are dragged over, and says what a drop there does. */
export function DropHint({ over, to }: { over: Over | null; to: string }) {
  if (over === null) return null;
  return (
    <div className={classes.root} data-ok={over.ok || undefined} aria-hidden>
      <span className={classes.words}>
        {over.ok ? <IconUpload size={16} stroke={1.7} /> : <IconBan size={16} stroke={1.7} />}
        {over.ok ? words.dropHere(to) : over.why}
      </span>
    </div>
  );
}
