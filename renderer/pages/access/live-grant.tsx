import { Button, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import type { HeldGrant } from '../../../protocol/ipc/snapshot.ts';
import { isLiveInApp } from '../../../protocol/model/grant.ts';
import { send } from '../../bridge.ts';
import card from '../../components/card.module.css';
import { Countdown } from '../../components/countdown.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { Labels } from '../../components/labels.tsx';
import { LoginAt } from '../../components/login-at.tsx';
import { TimeBar } from '../../components/time-bar.tsx';
import { useAct } from '../../store/act.ts';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { spokenWarning } from '../../words/countdown.ts';
import { ReleaseConfirm } from './release-confirm.tsx';
import { keyWords, words } from './words.ts';

/** Access I have now: how long still, where its key is, and the way in. */
export function LiveGrant({ held: { grant, key, problem } }: { held: HeldGrant }) {
  const now = useNow();
  const terminals = useSnapshot(
    (s) =>
      s.terminals.filter((t) => t.grantId === grant.id && (t.status.state === 'open' || t.status.state === 'opening'))
        .length,
  );
  const open = useAct('terminal.open');
  const [releasing, setReleasing] = useState(false);
  const warning = spokenWarning(grant.endsAt - now);
  const name = `${grant.login}@${grant.target.name}`;
  return (
    <li className={card.card}>
      <div className={card.top}>
        <LoginAt login={grant.login} target={grant.target.name} />
        <Countdown until={grant.endsAt} />
      </div>
      <TimeBar from={grant.startsAt} until={grant.endsAt} />
      <Labels labels={grant.target.labels} most={2} />
      <FailureLine failure={open.failure ?? problem} />
      {releasing ? (
        <ReleaseConfirm grantId={grant.id} terminals={terminals} onKeep={() => setReleasing(false)} />
      ) : (
        <div className={card.close}>
          <div className={card.about}>
            <span>
              {grant.role} · {keyWords[key]}
            </span>
            {terminals > 0 && (
              <button type="button" className={card.link} onClick={() => void send('window.showTerminals', {})}>
                {words.terminals(terminals)}
              </button>
            )}
          </div>
          <div className={card.buttons}>
            <Button variant="default" aria-label={`${words.release} ${name}`} onClick={() => setReleasing(true)}>
              {words.release}
            </Button>
            <Button
              aria-label={`${words.connect} to ${name}`}
              disabled={!isLiveInApp(grant, now)}
              loading={open.busy}
              onClick={() => void open.run({ grantId: grant.id })}
            >
              {words.connect}
            </Button>
          </div>
        </div>
      )}
      <VisuallyHidden role="status">{warning === '' ? '' : words.endsWarning(name, warning)}</VisuallyHidden>
    </li>
  );
}
