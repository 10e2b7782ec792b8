import type { HeldGrant } from '../../../protocol/ipc/snapshot.ts';
import { cutsAt } from '../../../protocol/model/grant.ts';
import card from '../../components/card.module.css';
import { Countdown } from '../../components/countdown.tsx';
import { Labels } from '../../components/labels.tsx';
import { LoginAt } from '../../components/login-at.tsx';
import { StateWord } from '../../components/state-word.tsx';
import { TimeBar } from '../../components/time-bar.tsx';
import { GrantSessions } from './grant-sessions.tsx';
import { words } from './words.ts';

/** Access whose time is over, while policy lets what is open finish. */
export function DrainingGrant({ held: { grant } }: { held: HeldGrant }) {
  return (
    <li className={card.card}>
      <div className={card.top}>
        <LoginAt login={grant.login} target={grant.target.name} />
        <span>
          {words.cutIn} <Countdown until={cutsAt(grant)} suffix="" />
        </span>
      </div>
      <TimeBar from={grant.endsAt} until={cutsAt(grant)} />
      <Labels labels={grant.target.labels} most={2} />
      <div>
        <StateWord tone="warm">{words.drains}</StateWord>
        <p className={card.quiet}>{words.drainText}</p>
      </div>
      <GrantSessions grantId={grant.id} />
    </li>
  );
}
