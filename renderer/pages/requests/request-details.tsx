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
import { inARow } from '../../words/approvals.ts';
import { durationWords } from '../../words/durations.ts';
import { endedSentence } from '../../words/ended.ts';
import { clockTime, dayAndTime, fullMoment } from '../../words/moments.ts';
import { amend, askAgain } from '../ask/drafts.ts';
import { SaveTemplate } from '../ask/save-template.tsx';
import classes from './requests-page.module.css';
import { togetherWith } from './together.ts';
import { words } from './words.ts';

/** Everything about one request of mine. */
export function RequestDetails({ id, request }: { id: string; request: AccessRequest }) {
  const now = useNow();
  const grant = useSnapshot(
    (s) => s.grants.find((held) => held.grant.id === (request.grantId ?? request.extendsGrantId))?.grant,
  );
  const cancel = useAct('requests.cancel');
  const self = useRef<HTMLDivElement>(null);
  useEffect(() => self.current?.scrollIntoView({ block: 'nearest' }), []);
  const all = useSnapshot((s) => s.requests);
  const together = togetherWith(request, all);
  const pending = request.state === 'pending';
  const extension = request.extendsGrantId !== null;
  const duration = durationWords(request.durationSeconds);
  const targets = [request, ...together].map((one) => one.target.name);
  return (
    <div ref={self} id={id} className={classes.details}>
      <Facts>
        <Fact name={words.asked}>{dayAndTime(request.createdAt, now)}</Fact>
        {extension && (
          <Fact name={words.access}>
            {grant === undefined ? words.moreFor : words.moreOf(dayAndTime(grant.endsAt, now))}
          </Fact>
        )}
        <Fact name={words.length}>{extension ? words.more(duration) : duration}</Fact>
        {request.startsAt !== null && (
          <Fact name={words.begins}>
            <span title={fullMoment(request.startsAt)}>{dayAndTime(request.startsAt, now)}</span>
          </Fact>
        )}
        {request.endsWithSession && <Fact name={words.ends}>{words.endsWithSession}</Fact>}
        {together.length > 0 && <Fact name={words.together}>{inARow(together.map((other) => other.target.name))}</Fact>}
        {request.revision > 1 && <Fact name={words.changed}>{words.changedTimes(request.revision - 1)}</Fact>}
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
        {grant !== undefined && !extension && <Fact name={words.access}>{grantSentence(grant, now)}</Fact>}
      </Facts>
      <FailureLine failure={cancel.failure} />
      <div className={classes.actions}>
        {pending && (
          <Button variant="default" loading={cancel.busy} onClick={() => void cancel.run({ id: request.id })}>
            {words.cancel}
          </Button>
        )}
        {pending && !extension && (
          <Button variant="default" onClick={() => amend(request.id)}>
            {words.change}
          </Button>
        )}
        {!extension && (
          <Button variant={pending ? 'subtle' : 'default'} onClick={() => askAgain(request.id)}>
            {words.askAgain}
          </Button>
        )}
      </div>
      {!extension && (
        <div className={classes.template}>
          <SaveTemplate draft={request} targets={targets} durationSeconds={request.durationSeconds} />
        </div>
      )}
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
