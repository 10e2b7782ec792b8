import { Button } from '@mantine/core';
import { useId } from 'react';
import { FailureLine } from '../components/failure-line.tsx';
import { useAct } from '../store/act.ts';
import type { Link } from './links.ts';
import classes from './question.module.css';
import { settleLink } from './views.ts';
import { words } from './words.ts';

/** Asks before a link of the output is opened, and shows where it really leads. */
export function LinkQuestion({ id, link }: { id: string; link: Link }) {
  const title = useId();
  const opening = useAct('link.open');
  const open = async () => {
    const result = await opening.run({ url: link.url });
    if (result.ok) settleLink(id);
  };
  return (
    <div
      role="dialog"
      aria-labelledby={title}
      className={classes.root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        settleLink(id);
      }}
    >
      <div className={classes.head}>
        <strong id={title}>{words.linkTitle}</strong>
        <span className={classes.actions}>
          <Button size="compact-sm" loading={opening.busy} onClick={() => void open()}>
            {words.linkOpen}
          </Button>
          <Button size="compact-sm" variant="default" autoFocus onClick={() => settleLink(id)}>
            {words.cancel}
          </Button>
        </span>
      </div>
      <p className={classes.link}>
        {link.before}
        <strong>{link.host}</strong>
        {link.after}
      </p>
      <FailureLine failure={opening.failure} />
    </div>
  );
}

/** Where the link under the pointer leads, as a browser shows it. */
export function LinkHint({ link, mac }: { link: Link; mac: boolean }) {
  return (
    <div className={classes.hint} aria-hidden>
      <span className={classes.url}>
        {link.before}
        <strong>{link.host}</strong>
        {link.after}
      </span>
      <span>{words.linkHint(mac)}</span>
    </div>
  );
}
