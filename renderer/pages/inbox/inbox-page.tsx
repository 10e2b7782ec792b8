import { IconInbox, IconUserShare } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { RequestId } from '../../../protocol/model/identity.ts';
import card from '../../components/card.module.css';
import { EmptyState } from '../../components/empty-state.tsx';
import { moveFocus } from '../../components/move-focus.ts';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { waitingForMe } from '../../popover/tabs.ts';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { withoutTurns } from '../../words/free-text.ts';
import { untilDay } from '../../words/moments.ts';
import { AwaySection } from './away-section.tsx';
import { BatchCard } from './batch-card.tsx';
import { DecidedRow } from './decided-row.tsx';
import classes from './inbox-page.module.css';
import { PickList } from './pick-list.tsx';
import { RequestCard } from './request-card.tsx';
import { RevocableCard } from './revocable-card.tsx';
import { SelectionFoot, useSelection } from './select-mode.tsx';
import { unitsOf } from './units.ts';
import { useSettled } from './use-settled.ts';
import { words } from './words.ts';

/** What waits for my word, what I may cut, what was decided lately, and who decides while I am away. */
export function InboxPage({ focus }: { focus: RequestId | null }) {
  const snapshot = useSnapshot((s) => s);
  const now = useNow();
  const [selects, setSelects] = useState(false);
  const waiting = waitingForMe(snapshot, now);
  const units = unitsOf(waiting);
  const selection = useSelection(waiting);
  const decided = snapshot.inbox.filter((request) => !waiting.includes(request));
  const revocable = snapshot.revocable.filter((grant) => grant.status.state !== 'ended');
  const person = snapshot.signIn.state === 'signed-in' ? snapshot.signIn.person : null;
  const selecting = selects && waiting.length > 0;
  const place = useRef<HTMLDivElement>(null);
  const shown = units.map((unit) => unit.id).join();
  const settled = useSettled(shown);
  const wanted = useRef<RequestId | null | undefined>(focus);
  // The card that was asked for, then whichever is first when the one with the focus has gone.
  // biome-ignore lint/correctness/useExhaustiveDependencies: cards come and go with `shown`
  useEffect(() => {
    const asked = wanted.current;
    if (wanted.current === undefined && document.activeElement !== document.body) return;
    wanted.current = undefined;
    const cards = [...(place.current?.querySelectorAll<HTMLElement>('[data-card]') ?? [])];
    (cards.find((one) => one.dataset.card?.split(' ').includes(asked ?? '')) ?? cards[0])?.focus();
  }, [shown]);
  return (
    <Page
      title={words.title}
      scrollRef={place}
      foot={selecting && <SelectionFoot selection={selection} onLeave={() => setSelects(false)} />}
    >
      {person !== null && person.standsInFor.length > 0 && (
        <div className={classes.notices}>
          {person.standsInFor.map((place) => (
            <Notice key={place.person.id} icon={IconUserShare} tone="accent">
              {words.standingIn(withoutTurns(place.person.name), untilDay(place.until, now))}
            </Notice>
          ))}
        </div>
      )}
      {waiting.length === 0 && (
        <EmptyState icon={<IconInbox size={22} stroke={1.6} />} title={words.empty}>
          {words.emptyText}
        </EmptyState>
      )}
      {waiting.length > 0 && (
        <Section
          title={words.waiting}
          aside={
            units.length > 1 &&
            !selecting && (
              <button type="button" className={card.link} style={{ fontSize: 12 }} onClick={() => setSelects(true)}>
                {words.select}
              </button>
            )
          }
        >
          {selecting ? (
            <PickList requests={waiting} picked={selection.picked} onToggle={selection.toggle} whole />
          ) : (
            <ul className={card.list}>
              {units.map((unit) => {
                const props = {
                  settled,
                  onMove: (step: 1 | -1) => moveFocus(place.current, '[data-card]', step),
                };
                return unit.requests.length > 1 ? (
                  <BatchCard key={unit.id} unit={unit} {...props} />
                ) : (
                  <RequestCard key={unit.id} request={unit.requests[0]} {...props} />
                );
              })}
            </ul>
          )}
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
      <AwaySection />
    </Page>
  );
}
