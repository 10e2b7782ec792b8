import { IconListDetails } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { RequestId } from '../../../protocol/model/identity.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { moveFocus } from '../../components/move-focus.ts';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { byDay } from './by-day.ts';
import { RequestRow } from './request-row.tsx';
import classes from './requests-page.module.css';
import { words } from './words.ts';

/** My requests, newest first, with what was decided and why. */
export function RequestsPage({ focus }: { focus: RequestId | null }) {
  const requests = useSnapshot((s) => s.requests);
  const [opened, setOpened] = useState<RequestId | null>(focus);
  const days = byDay(requests, useNow());
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const wanted = focus === null ? '[data-row]' : `[data-row="${focus}"]`;
    list.current?.querySelector<HTMLElement>(wanted)?.focus();
  }, [focus]);
  return (
    <Page title={words.title} scrollRef={list}>
      {requests.length === 0 && (
        <EmptyState icon={<IconListDetails size={22} stroke={1.6} />} title={words.empty}>
          {words.emptyText}
        </EmptyState>
      )}
      {days.map(({ day, requests: ofDay }) => (
        <Section key={day} title={day}>
          <ul className={classes.list}>
            {ofDay.map((request) => (
              <RequestRow
                key={request.id}
                request={request}
                open={opened === request.id}
                onToggle={() => setOpened(opened === request.id ? null : request.id)}
                onMove={(step) => moveFocus(list.current, '[data-row]', step)}
              />
            ))}
          </ul>
        </Section>
      ))}
    </Page>
  );
}
