import { IconInfoCircle } from '@tabler/icons-react';
import card from '../../components/card.module.css';
import { Notice } from '../../components/notice.tsx';
import { Section } from '../../components/section.tsx';
import { useNow } from '../../store/clock.ts';
import type { Route } from '../../store/navigation.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { DrainingGrant } from './draining-grant.tsx';
import { EndedGrant } from './ended-grant.tsx';
import { LiveGrant } from './live-grant.tsx';
import { ScheduledGrant } from './scheduled-grant.tsx';
import { standing } from './standing.ts';
import { WaitingRequest } from './waiting-request.tsx';
import { words } from './words.ts';

/** My grants and what I wait for; nothing at all when there is neither. @param led the grant a click elsewhere led to */
export function Mine({ led }: { led: Extract<Route, { page: 'access' }>['grant'] }) {
  const grants = useSnapshot((s) => s.grants);
  const requests = useSnapshot((s) => s.requests);
  const { live, draining, scheduled, justEnded } = standing(grants, useNow());
  const extended = new Set([...live, ...draining].map((held) => held.grant.id));
  // More time asked for is said with the access it is for.
  const waiting = requests.filter(
    (request) => request.state === 'pending' && !extended.has(request.extendsGrantId ?? ''),
  );
  const all = [...live, ...draining, ...scheduled, ...justEnded];
  const gone = led !== undefined && !all.some((held) => held.grant.id === led.id);
  return (
    <>
      {gone && (
        <div style={{ marginBottom: 12 }} role="status">
          <Notice icon={IconInfoCircle}>{words.grantGone}</Notice>
        </div>
      )}
      {all.length > 0 && (
        <Section title={words.live}>
          <ul className={card.list}>
            {live.map((held) => (
              <LiveGrant key={held.grant.id} held={held} led={led?.id === held.grant.id ? led.show : null} />
            ))}
            {draining.map((held) => (
              <DrainingGrant key={held.grant.id} held={held} />
            ))}
            {scheduled.map((held) => (
              <ScheduledGrant key={held.grant.id} held={held} />
            ))}
            {justEnded.map((held) => (
              <EndedGrant key={held.grant.id} held={held} led={led?.id === held.grant.id} />
            ))}
          </ul>
        </Section>
      )}
      {waiting.length > 0 && (
        <Section title={words.waiting}>
          <ul className={card.list}>
            {waiting.map((request) => (
              <WaitingRequest key={request.id} request={request} />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
