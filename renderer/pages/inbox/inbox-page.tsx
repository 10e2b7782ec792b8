import { IconInbox } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { RequestId } from '../../../protocol/model/identity.ts';
import card from '../../components/card.module.css';
import { EmptyState } from '../../components/empty-state.tsx';
import { moveFocus } from '../../components/move-focus.ts';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { waitingForMe } from '../../popover/tabs.ts';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { DecidedRow } from './decided-row.tsx';
import classes from './inbox-page.module.css';
import { RequestCard } from './request-card.tsx';
import { RevocableCard } from './revocable-card.tsx';
import { words } from './words.ts';

/** What waits for my word, what I may cut, and what was decided lately. */
export function InboxPage({ focus }: { focus: RequestId | null }) {
  const snapshot = useSnapshot((s) => s);
  const now = useNow();
  const waiting = waitingForMe(snapshot, now);
  const decided = snapshot.inbox.filter((request) => !waiting.includes(request));
  const revocable = snapshot.revocable.filter((grant) => grant.status.state !== 'ended');
  const place = useRef<HTMLDivElement>(null);
  const shown = waiting.map((request) => request.id).join();
  const wanted = useRef<RequestId | null | undefined>(focus);
  // The card that was asked for, then whichever is first when the one with the focus has gone.
  // biome-ignore lint/correctness/useExhaustiveDependencies: cards come and go with `shown`
  useEffect(() => {
    const asked = wanted.current;
    if (wanted.current === undefined && document.activeElement !== document.body) return;
    wanted.current = undefined;
    const cards = [...(place.current?.querySelectorAll<HTMLElement>('[data-card]') ?? [])];
    (cards.find((card) => card.dataset.card === asked) ?? cards[0])?.focus();
  }, [shown]);
  return (
    <Page title={words.title} scrollRef={place}>
      {waiting.length === 0 && (
        <EmptyState icon={<IconInbox size={22} stroke={1.6} />} title={words.empty}>
          {words.emptyText}
        </EmptyState>
      )}
      {waiting.length > 0 && (
        <Section title={words.waiting}>
          <ul className={card.list}>
            {waiting.map((request) => (
              <RequestCard
                key={request.id}
                request={request}
                onMove={(step) => moveFocus(place.current, '[data-card]', step)}
              />
            ))}
          </ul>
        </Section>
      )}
      {revocable.length > 0 && (
        <Section title={words.revocable}>
          <ul className={card.list}>
            {revocable.map((grant) => (
              <RevocableCard key={grant.id} grant={grant} />
            ))}
          </ul>
        </Section>
      )}
      {decided.length > 0 && (
        <Section title={words.decided}>
          <ul className={classes.decided}>
            {decided.map((request) => (
              <DecidedRow key={request.id} request={request} now={now} />
            ))}
          </ul>
        </Section>
      )}
    </Page>
  );
}
