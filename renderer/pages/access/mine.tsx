import card from '../../components/card.module.css';
import { Section } from '../../components/section.tsx';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { EndedGrant } from './ended-grant.tsx';
import { LiveGrant } from './live-grant.tsx';
import { ScheduledGrant } from './scheduled-grant.tsx';
import { standing } from './standing.ts';
import { WaitingRequest } from './waiting-request.tsx';
import { words } from './words.ts';

/** My grants and what I wait for; nothing at all when there is neither. */
export function Mine() {
  const grants = useSnapshot((s) => s.grants);
  const requests = useSnapshot((s) => s.requests);
  const { live, scheduled, justEnded } = standing(grants, useNow());
  const waiting = requests.filter((request) => request.state === 'pending');
  return (
    <>
      {live.length + scheduled.length + justEnded.length > 0 && (
        <Section title={words.live}>
          <ul className={card.list}>
            {live.map((held) => (
              <LiveGrant key={held.grant.id} held={held} />
            ))}
            {scheduled.map((held) => (
              <ScheduledGrant key={held.grant.id} held={held} />
            ))}
            {justEnded.map((held) => (
              <EndedGrant key={held.grant.id} held={held} />
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
