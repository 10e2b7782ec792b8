import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Grant } from '../../../protocol/model/grant.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { DecisionList } from '../../components/decision-list.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { FreeText } from '../../components/free-text.tsx';
import { Labels } from '../../components/labels.tsx';
import { NeedsProgress } from '../../components/needs-progress.tsx';
import { useAct } from '../../store/act.ts';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { endedSentence } from '../../words/ended.ts';
import { clockTime, dayAndTime } from '../../words/moments.ts';
import { askAgain } from '../ask/drafts.ts';
import classes from './requests-page.module.css';
import { words } from './words.ts';

/** Everything about one request of mine. */
export function RequestDetails({ id, request }: { id: string; request: AccessRequest }) {
  const now = useNow();
  const grant = useSnapshot((s) => s.grants.find((held) => held.grant.id === request.grantId)?.grant);
  const cancel = useAct('requests.cancel');
  const self = useRef<HTMLDivElement>(null);
  useEffect(() => self.current?.scrollIntoView({ block: 'nearest' }), []);
  const pending = request.state === 'pending';
  return (
    <div ref={self} id={id} className={classes.details}>
      <Facts>
        <Fact name={words.asked}>{dayAndTime(request.createdAt, now)}</Fact>
        <Fact name={words.reason}>
          <FreeText>{request.reason || words.none}</FreeText>
        </Fact>
        {request.ticket !== '' && (
          <Fact name={words.ticket}>
            <FreeText>{request.ticket}</FreeText>
          </Fact>
        )}
        <Fact name={words.role}>
          {request.role} <Labels labels={request.target.labels} />
        </Fact>
        {pending && (
          <>
            <Fact name={words.needs}>
              <NeedsProgress needs={request.needs} />
            </Fact>
            <Fact name={words.lapses}>{dayAndTime(request.lapsesAt, now)}</Fact>
          </>
        )}
        {request.decisions.length > 0 && (
          <Fact name={words.decisions}>
            <DecisionList decisions={request.decisions} />
          </Fact>
        )}
        {grant !== undefined && <Fact name={words.access}>{grantSentence(grant, now)}</Fact>}
      </Facts>
      <FailureLine failure={cancel.failure} />
      <div className={classes.actions}>
        {pending && (
          <Button variant="default" loading={cancel.busy} onClick={() => void cancel.run({ id: request.id })}>
            {words.cancel}
          </Button>
        )}
        <Button variant={pending ? 'subtle' : 'default'} onClick={() => askAgain(request.id)}>
          {words.askAgain}
        </Button>
      </div>
    </div>
  );
}

function grantSentence(grant: Grant, now: number): string {
  if (grant.status.state === 'ended') {
    const sentence = endedSentence(grant.status);
    return grant.status.note === '' ? sentence : `${sentence} “${grant.status.note}”`;
  }
  return grant.status.state === 'scheduled'
    ? words.startsAt(dayAndTime(grant.startsAt, now))
    : words.liveUntil(clockTime(grant.endsAt));
}
