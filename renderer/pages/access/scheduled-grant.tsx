import type { HeldGrant } from '../../../protocol/ipc/snapshot.ts';
import card from '../../components/card.module.css';
import { Labels } from '../../components/labels.tsx';
import { LoginAt } from '../../components/login-at.tsx';
import { StateWord } from '../../components/state-word.tsx';
import { useNow } from '../../store/clock.ts';
import { durationWords } from '../../words/durations.ts';
import { dayAndTime } from '../../words/moments.ts';
import { words } from './words.ts';

/** Access that is approved and starts later. */
export function ScheduledGrant({ held: { grant } }: { held: HeldGrant }) {
  const now = useNow();
  return (
    <li className={card.card}>
      <div className={card.top}>
        <LoginAt login={grant.login} target={grant.target.name} />
        <StateWord tone="accent">{words.starts(dayAndTime(grant.startsAt, now))}</StateWord>
      </div>
      <div className={card.about}>
        <Labels labels={grant.target.labels} most={2} />
        <span>
          {grant.role} · {durationWords(Math.round((grant.endsAt - grant.startsAt) / 1000))}
        </span>
      </div>
    </li>
  );
}
