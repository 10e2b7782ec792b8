import type { AccessRequest } from '../../../protocol/model/request.ts';
import card from '../../components/card.module.css';
import { Countdown } from '../../components/countdown.tsx';
import { Labels } from '../../components/labels.tsx';
import { LoginAt } from '../../components/login-at.tsx';
import { PersonName } from '../../components/person-name.tsx';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { durationWords } from '../../words/durations.ts';
import { dayAndTime } from '../../words/moments.ts';
import classes from './inbox-page.module.css';
import { words } from './words.ts';

/** Who asks, and how long there is to answer. */
export function Asker({ request }: { request: AccessRequest }) {
  return (
    <>
      <div className={card.top}>
        <span className={classes.who}>
          <PersonName of={request.requester} />
        </span>
        <span className={card.quiet}>
          {words.lapses} <Countdown until={request.lapsesAt} suffix="" quiet />
        </span>
      </div>
      <div className={classes.email}>{request.requester.email}</div>
    </>
  );
}

/** What one request asks for, in one sentence: how long, as whom, where. */
export function AskedSentence({ request }: { request: AccessRequest }) {
  const now = useNow();
  const running = useSnapshot((s) => s.revocable.find((grant) => grant.id === request.extendsGrantId));
  const duration = durationWords(request.durationSeconds);
  return (
    <>
      <div className={classes.sentence}>
        {request.extendsGrantId === null ? words.wants(duration) : words.wantsMore(duration)}{' '}
        <LoginAt login={request.login} target={request.target.name} />
      </div>
      {request.extendsGrantId !== null && (
        <p className={classes.runs}>
          {running === undefined
            ? words.runs
            : words.runsUntil(
                dayAndTime(running.endsAt, now),
                dayAndTime(running.endsAt + request.durationSeconds * 1000, now),
              )}
        </p>
      )}
      {Object.keys(request.target.labels).length > 0 && (
        <div className={classes.labels}>
          <Labels labels={request.target.labels} most={8} />
        </div>
      )}
    </>
  );
}
