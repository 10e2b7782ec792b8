import { Button } from '@mantine/core';
import type { Failure } from '../../../protocol/errors.ts';
import { FailureLine } from '../../components/failure-line.tsx';
import { ManagedMark } from '../../components/managed-mark.tsx';
import { useDiagnostics } from '../../store/diagnostics.ts';
import { diagnosticsWords } from '../../words/diagnostics.ts';
import classes from './sign-in-page.module.css';
import { words } from './words.ts';

/** In place of the sign-in while nobody knows what the organisation has set: what is wrong, whose it is, what to do. */
export function ManagedProblem({ problem }: { problem: Failure }) {
  const { copy, busy, failure, lines } = useDiagnostics();
  return (
    <div className={classes.task}>
      <div className={classes.trouble} role="status">
        <ManagedMark />
        <h2 className={classes.troubleTitle}>{words.managed.title}</h2>
        <p className={classes.cause}>{problem.message}</p>
        <p>{words.managed.text}</p>
      </div>
      <FailureLine failure={failure} />
      <Button size="sm" fullWidth autoFocus loading={busy} onClick={() => void copy()}>
        {diagnosticsWords.copy}
      </Button>
      <p className={classes.said} role="status">
        {lines !== null && diagnosticsWords.copied(lines)}
      </p>
    </div>
  );
}
