import { Button } from '@mantine/core';
import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import card from '../../components/card.module.css';
import { FailureLine } from '../../components/failure-line.tsx';
import { ReasonPanel } from '../../components/reason-panel.tsx';
import { useAct } from '../../store/act.ts';
import { firstName } from '../../words/approvals.ts';
import { durationWords } from '../../words/durations.ts';
import { ApprovePanel } from './approve-panel.tsx';
import { AskedSentence, Asker } from './asked-sentence.tsx';
import { cardActOf } from './card-keys.ts';
import { look } from './changes.ts';
import { forgetDecision, useDecisionDraft } from './drafts.ts';
import classes from './inbox-page.module.css';
import { RequestFacts } from './request-facts.tsx';
import { useProblem } from './use-decide-many.ts';
import { useSettled } from './use-settled.ts';
import { words } from './words.ts';

interface Props {
  request: AccessRequest;
  /** False while the cards around it have just moved: a click then was meant for something else. */
  settled: boolean;
  onMove(step: 1 | -1): void;
}

/** One request that waits for my word. With the focus on it: A approves (and asks once), D denies, arrows move on. */
export function RequestCard({ request, settled, onMove }: Props) {
  const id = useId();
  // With its revision: what was begun about a request that changed is not carried over to what it asks now.
  const key = `${request.id} ${request.revision}`;
  const [draft, change] = useDecisionDraft(key);
  const decide = useAct('requests.decide');
  const problem = useProblem(request.id);
  const self = useRef<HTMLLIElement>(null);
  const still = useSettled(key) && settled;
  useEffect(() => look(request), [request]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the request changes, its panel goes and takes the focus along
  useEffect(() => {
    if (request.revision > 1 && document.activeElement === document.body) self.current?.focus();
  }, [key]);
  const send = async (verdict: 'approve' | 'deny', reason: string, durationSeconds?: number) => {
    const shorter = durationSeconds !== undefined && durationSeconds < request.durationSeconds;
    const result = await decide.run({
      id: request.id,
      revision: request.revision,
      verdict,
      reason,
      ...(shorter ? { durationSeconds } : {}),
    });
    if (result.ok) forgetDecision(key);
  };
  const leave = () => {
    change({ open: null });
    decide.forget();
    self.current?.focus();
  };
  const press = (event: KeyboardEvent<HTMLLIElement>) => {
    const act = cardActOf(event);
    if (act === undefined) return;
    event.preventDefault();
    if (act === 'approve' || act === 'deny') change({ open: act });
    else onMove(act);
  };
  const duration = durationWords(request.durationSeconds);
  return (
    <li
      ref={self}
      data-card={request.id}
      className={`${card.card} ${classes.card}`}
      tabIndex={-1}
      aria-labelledby={id}
      onKeyDown={press}
    >
      <div id={id}>
        <Asker request={request} />
        <AskedSentence request={request} />
      </div>
      <RequestFacts request={request} place={self} />
      {draft.open === null && (
        <>
          <FailureLine failure={decide.failure ?? problem} />
          <div className={classes.acts}>
            <Button loading={decide.busy} disabled={!still} onClick={() => void send('approve', '')}>
              {request.extendsGrantId === null ? words.approve(duration) : words.approveMore(duration)}
            </Button>
            <Button variant="default" disabled={decide.busy || !still} onClick={() => change({ open: 'approve' })}>
              {words.shorter}
            </Button>
            <Button
              variant="default"
              className={card.spread}
              disabled={decide.busy || !still}
              onClick={() => change({ open: 'deny' })}
            >
              {words.deny}
            </Button>
          </div>
        </>
      )}
      {draft.open === 'approve' && (
        <ApprovePanel
          what={words.target(request.login, request.target.name)}
          maxSeconds={request.durationSeconds}
          draft={draft}
          onChange={change}
          busy={decide.busy}
          disabled={!still}
          failure={decide.failure}
          onSend={(seconds) => void send('approve', draft.note.trim(), seconds)}
          onLeave={leave}
        />
      )}
      {draft.open === 'deny' && (
        <div className={classes.panel}>
          <ReasonPanel
            label={words.denyWhy(firstName(request.requester))}
            placeholder={words.denyPlaceholder}
            act={words.denyNow}
            value={draft.denial}
            onChange={(denial) => change({ denial })}
            busy={decide.busy}
            failure={decide.failure}
            onSend={() => void send('deny', draft.denial.trim())}
            onLeave={leave}
          />
        </div>
      )}
    </li>
  );
}
