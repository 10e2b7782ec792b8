import { Button } from '@mantine/core';
import { type KeyboardEvent, useId, useRef } from 'react';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import card from '../../components/card.module.css';
import { Countdown } from '../../components/countdown.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { LoginAt } from '../../components/login-at.tsx';
import { PersonName } from '../../components/person-name.tsx';
import { ReasonPanel } from '../../components/reason-panel.tsx';
import { useAct } from '../../store/act.ts';
import { firstName } from '../../words/approvals.ts';
import { durationWords } from '../../words/durations.ts';
import { ApprovePanel } from './approve-panel.tsx';
import { forgetDecision, useDecisionDraft } from './drafts.ts';
import classes from './inbox-page.module.css';
import { RequestFacts } from './request-facts.tsx';
import { words } from './words.ts';

interface Props {
  request: AccessRequest;
  onMove(step: 1 | -1): void;
}

/** One request that waits for my word. With the focus on it: A approves (and asks once), D denies, arrows move on. */
export function RequestCard({ request, onMove }: Props) {
  const id = useId();
  const [draft, change] = useDecisionDraft(request.id);
  const decide = useAct('requests.decide');
  const self = useRef<HTMLLIElement>(null);
  const send = async (verdict: 'approve' | 'deny', reason: string, durationSeconds?: number) => {
    const shorter = durationSeconds !== undefined && durationSeconds < request.durationSeconds;
    const result = await decide.run({
      id: request.id,
      revision: request.revision,
      verdict,
      reason,
      ...(shorter ? { durationSeconds } : {}),
    });
    if (result.ok) forgetDecision(request.id);
  };
  const leave = () => {
    change({ open: null });
    decide.forget();
    self.current?.focus();
  };
  const press = (event: KeyboardEvent<HTMLLIElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return;
    if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select')) return;
    const act = actOf(event.key);
    if (act === undefined) return;
    event.preventDefault();
    if (act === 'approve' || act === 'deny') change({ open: act });
    else onMove(act);
  };
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
        <div className={card.top}>
          <span className={classes.who}>
            <PersonName of={request.requester} />
          </span>
          <span className={card.quiet}>
            {words.lapses} <Countdown until={request.lapsesAt} suffix="" quiet />
          </span>
        </div>
        <div className={classes.email}>{request.requester.email}</div>
        <div className={classes.sentence}>
          {words.wants(durationWords(request.durationSeconds))}{' '}
          <LoginAt login={request.login} target={request.target.name} />
        </div>
      </div>
      <RequestFacts request={request} />
      {draft.open === null && (
        <>
          <FailureLine failure={decide.failure} />
          <div className={card.actions}>
            <Button loading={decide.busy} onClick={() => void send('approve', '')}>
              {words.approve(durationWords(request.durationSeconds))}
            </Button>
            <Button variant="default" disabled={decide.busy} onClick={() => change({ open: 'approve' })}>
              {words.shorter}
            </Button>
            <Button
              variant="default"
              className={card.spread}
              disabled={decide.busy}
              onClick={() => change({ open: 'deny' })}
            >
              {words.deny}
            </Button>
          </div>
        </>
      )}
      {draft.open === 'approve' && (
        <ApprovePanel
          request={request}
          draft={draft}
          onChange={change}
          busy={decide.busy}
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

function actOf(key: string): 'approve' | 'deny' | 1 | -1 | undefined {
  switch (key) {
    case 'a':
    case 'A':
      return 'approve';
    case 'd':
    case 'D':
      return 'deny';
    case 'ArrowDown':
      return 1;
    case 'ArrowUp':
      return -1;
    default:
      return undefined;
  }
}
