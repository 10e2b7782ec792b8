import { useRef } from 'react';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { FailureLine } from '../../components/failure-line.tsx';
import { PlaceBadge } from '../../components/labels.tsx';
import { LoginAt } from '../../components/login-at.tsx';
import { useNow } from '../../store/clock.ts';
import { durationWords } from '../../words/durations.ts';
import { withoutTurns } from '../../words/free-text.ts';
import { dayAndTime } from '../../words/moments.ts';
import { historySentence } from './history.ts';
import classes from './inbox-page.module.css';
import { common } from './units.ts';
import { useProblem } from './use-decide-many.ts';
import { useFacts } from './use-facts.ts';
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
          ...(whole || common(requests, 'durationSeconds') === undefined
            ? [`${request.extendsGrantId === null ? '' : '+'}${durationWords(request.durationSeconds)}`]
            : []),
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
              <span>
                <span className={on || whole ? undefined : classes.off}>
                  <LoginAt login={request.login} target={request.target.name} />
                </span>{' '}
                <PlaceBadge labels={request.target.labels} />
              </span>
              {about.length > 0 && <span className={classes.itemText}>{about.join(' · ')}</span>}
              {!whole && <KnownThere request={request} />}
              <Problem id={request.id} />
            </label>
          </li>
        );
      })}
    </ul>
  );
}

/** How well the requester is known on this one of the targets. */
function KnownThere({ request }: { request: AccessRequest }) {
  const now = useNow();
  const self = useRef<HTMLSpanElement>(null);
  const facts = useFacts(request, self);
  const first = facts?.lastAccessAt === null;
  return (
    <span ref={self} className={`${classes.itemText} ${classes.history}`} data-first={first || undefined}>
      {facts === null ? words.historyWaits : facts === undefined ? '' : historySentence(facts, now)}
    </span>
  );
}

function Problem({ id }: { id: string }) {
  return <FailureLine failure={useProblem(id)} />;
}
