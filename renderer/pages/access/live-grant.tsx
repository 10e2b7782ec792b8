import { Button, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { HeldGrant } from '../../../protocol/ipc/snapshot.ts';
import { isLiveInApp } from '../../../protocol/model/grant.ts';
import card from '../../components/card.module.css';
import { Countdown } from '../../components/countdown.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { Labels } from '../../components/labels.tsx';
import { LoginAt } from '../../components/login-at.tsx';
import { TimeBar } from '../../components/time-bar.tsx';
import { useAct } from '../../store/act.ts';
import { useNow } from '../../store/clock.ts';
import { spokenWarning } from '../../words/countdown.ts';
import { ConnectButton } from './connect-button.tsx';
import { ExtendPanel } from './extend-panel.tsx';
import { ExtensionLine } from './extension-line.tsx';
import { GrantSessions, useOpenSessions } from './grant-sessions.tsx';
import { ReleaseConfirm } from './release-confirm.tsx';
import { keyWords, words } from './words.ts';

interface Props {
  held: HeldGrant;
  /** What a click elsewhere wants to see of it; null when it led to something else. */
  led: 'card' | 'extend' | 'release' | null;
}

/** Access I have now: how long still, where its key is, what is open, and the way in. */
export function LiveGrant({ held: { grant, key, problem }, led }: Props) {
  const now = useNow();
  const open = useOpenSessions(grant.id);
  const connect = useAct('grants.connect');
  const [asks, setAsks] = useState<'extend' | 'release' | null>(led === 'card' ? null : led);
  const self = useRef<HTMLLIElement>(null);
  const extendButton = useRef<HTMLButtonElement>(null);
  const warning = spokenWarning(grant.endsAt - now);
  const name = `${grant.login}@${grant.target.name}`;
  useEffect(() => {
    if (led === null) return;
    self.current?.scrollIntoView({ block: 'nearest' });
    if (led === 'card') self.current?.querySelector<HTMLElement>('[data-connect]')?.focus();
  }, [led]);
  const about = [grant.role, keyWords[key], ...(grant.endsWithSession ? [words.endsWithSession] : [])];
  return (
    <li className={card.card} ref={self}>
      <div className={card.top}>
        <LoginAt login={grant.login} target={grant.target.name} />
        <Countdown until={grant.endsAt} />
      </div>
      <TimeBar from={grant.startsAt} until={grant.endsAt} />
      <Labels labels={grant.target.labels} most={2} />
      <div className={card.about}>{about.join(' · ')}</div>
      {grant.target.via === 'direct' && <p className={card.quiet}>{words.direct}.</p>}
      <ExtensionLine grant={grant} />
      <GrantSessions grantId={grant.id} />
      <FailureLine failure={connect.failure ?? problem} />
      {asks === 'release' && <ReleaseConfirm grantId={grant.id} sessions={open.length} onKeep={() => setAsks(null)} />}
      {asks === 'extend' && (
        <ExtendPanel
          grant={grant}
          onLeave={() => {
            setAsks(null);
            requestAnimationFrame(() => extendButton.current?.focus());
          }}
        />
      )}
      {asks === null && (
        <div className={card.buttons} style={{ justifyContent: 'flex-end', flexWrap: 'wrap' }}>
          <Button variant="default" aria-label={`${words.release} ${name}`} onClick={() => setAsks('release')}>
            {words.release}
          </Button>
          {grant.extension !== null && (
            <Button
              ref={extendButton}
              variant="default"
              aria-label={`${words.extend} ${name}`}
              onClick={() => setAsks('extend')}
            >
              {words.extend}
            </Button>
          )}
          <ConnectButton grant={grant} connect={connect} disabled={!isLiveInApp(grant, now)} />
        </div>
      )}
      <VisuallyHidden role="status">{warning === '' ? '' : words.endsWarning(name, warning)}</VisuallyHidden>
    </li>
  );
}
