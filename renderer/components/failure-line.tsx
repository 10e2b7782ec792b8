import { IconAlertCircle } from '@tabler/icons-react';
import type { Failure } from '../../protocol/errors.ts';
import classes from './failure-line.module.css';

/** What went wrong, beside what was tried. Nothing when nothing did. */
export function FailureLine({ failure }: { failure: Pick<Failure, 'message'> | null }) {
  if (failure === null) return null;
  return (
    <p className={classes.root} role="alert">
      <IconAlertCircle size={15} stroke={1.8} aria-hidden />
      <span>{failure.message}</span>
    </p>
  );
}
