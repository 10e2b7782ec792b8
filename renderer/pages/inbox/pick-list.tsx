import type { AccessRequest } from '../../../protocol/model/request.ts';
import { FailureLine } from '../../components/failure-line.tsx';
import { PlaceBadge } from '../../components/labels.tsx';
import { LoginAt } from '../../components/login-at.tsx';
import { useNow } from '../../store/clock.ts';
import { durationWords } from '../../words/durations.ts';
import { withoutTurns } from '../../words/free-text.ts';
import { dayAndTime } from '../../words/moments.ts';
import classes from './inbox-page.module.css';
import { useProblem } from './use-decide-many.ts';
import { words } from './words.ts';

interface Props {
  requests: readonly AccessRequest[];
  picked: ReadonlySet<string>;
  onToggle(id: string): void;
  /** Whether each line says who asks and why: not where all of them are one person's wish. */
  whole: boolean;
}

/** Requests to pick from, each with what went wrong with it. */
export function PickList({ requests, picked, onToggle, whole }: Props) {
  const now = useNow();
  return (
    <ul className={classes.items}>
      {requests.map((request) => {
        const on = picked.has(request.id);
        const about = [
          ...(whole ? [withoutTurns(request.requester.name)] : []),
          `${request.extendsGrantId === null ? '' : '+'}${durationWords(request.durationSeconds)}`,
          ...(request.startsAt === null ? [] : [words.begins(dayAndTime(request.startsAt, now))]),
          ...(whole ? [withoutTurns(request.reason) || words.noReason] : []),
        ];
        return (
          <li key={request.id}>
            <label className={classes.item}>
              <input
                type="checkbox"
                checked={on}
                aria-label={words.pick(request.requester.name, request.login, request.target.name)}
                onChange={() => onToggle(request.id)}
              />
              <span className={on || whole ? undefined : classes.off}>
                <LoginAt login={request.login} target={request.target.name} />{' '}
                <PlaceBadge labels={request.target.labels} />
              </span>
              <span className={classes.itemText}>{about.join(' · ')}</span>
              <Problem id={request.id} />
            </label>
          </li>
        );
      })}
    </ul>
  );
}

function Problem({ id }: { id: string }) {
  return <FailureLine failure={useProblem(id)} />;
}
