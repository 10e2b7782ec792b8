import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { HeldGrant } from '../../../protocol/ipc/snapshot.ts';
import card from '../../components/card.module.css';
import { LoginAt } from '../../components/login-at.tsx';
import { StateWord } from '../../components/state-word.tsx';
import { endedSentence, endedTone } from '../../words/ended.ts';
import { askAgain } from '../ask/drafts.ts';
import { GrantSessions } from './grant-sessions.tsx';
import { words } from './words.ts';

/** Access that ended a moment ago: why, and the way to ask again. @param led a click elsewhere led to it */
export function EndedGrant({ held: { grant }, led }: { held: HeldGrant; led: boolean }) {
  const again = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (led) again.current?.focus();
  }, [led]);
  if (grant.status.state !== 'ended') return null;
  return (
    <li className={card.card}>
      <div className={card.top}>
        <LoginAt login={grant.login} target={grant.target.name} />
        <StateWord tone={endedTone(grant.status)}>Ended</StateWord>
      </div>
      <div className={card.top}>
        <p className={card.quiet}>
          {endedSentence(grant.status)}
          {grant.status.note !== '' && <span className={card.quote}> “{grant.status.note}”</span>}
        </p>
        <Button ref={again} size="compact-sm" variant="subtle" onClick={() => askAgain(grant.requestId)}>
          {words.askAgain}
        </Button>
      </div>
      <GrantSessions grantId={grant.id} />
    </li>
  );
}
