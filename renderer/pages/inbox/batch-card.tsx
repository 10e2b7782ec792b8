import { Button } from '@mantine/core';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import card from '../../components/card.module.css';
import { Fact, Facts } from '../../components/facts.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { FreeText } from '../../components/free-text.tsx';
import { NeedsProgress } from '../../components/needs-progress.tsx';
import { ReasonPanel } from '../../components/reason-panel.tsx';
import { useNow } from '../../store/clock.ts';
import { firstName } from '../../words/approvals.ts';
import { durationWords } from '../../words/durations.ts';
import { ago } from '../../words/moments.ts';
import { ApprovePanel } from './approve-panel.tsx';
import { Asker } from './asked-sentence.tsx';
import { cardActOf } from './card-keys.ts';
import { look } from './changes.ts';
import { forgetDecision, useDecisionDraft } from './drafts.ts';
import classes from './inbox-page.module.css';
import { PickList } from './pick-list.tsx';
import { RequestNotices } from './request-facts.tsx';
import { common, decisionsOf, type Unit } from './units.ts';
import { useDecideMany } from './use-decide-many.ts';
import { useSettled } from './use-settled.ts';
import { words } from './words.ts';

interface Props {
  unit: Unit;
  settled: boolean;
  onMove(step: 1 | -1): void;
}

/** Several requests that were asked in one go: decided together, or trimmed to some of them. */
export function BatchCard({ unit, settled, onMove }: Props) {
  const id = useId();
  const now = useNow();
  const { requests } = unit;
  const [first] = requests;
  const key = requests.map((request) => `${request.id} ${request.revision}`).join(' ');
  // With how often they were changed: what was begun about other wishes is not carried over.
  const draftKey = `${unit.id} ${requests.length} ${requests.reduce((sum, request) => sum + request.revision, 0)}`;
  const [draft, change] = useDecisionDraft(draftKey);
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  const decide = useDecideMany();
  const self = useRef<HTMLLIElement>(null);
  const still = useSettled(key) && settled;
  const approved = requests.filter((request) => !off.has(request.id));
  const denied = requests.length - approved.length;
  const duration = common(requests, 'durationSeconds');
  useEffect(() => {
    for (const request of requests) look(request);
  }, [requests]);
  const send = async (some: readonly AccessRequest[], mostSeconds: number | null) => {
    const said = { approved: new Set(some.map((r) => r.id)), note: draft.note, denial: draft.denial, mostSeconds };
    if (await decide.run(decisionsOf(requests, said))) forgetDecision(draftKey);
    else change({ open: null });
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
    if (act === 'approve' || act === 'deny') change({ open: denied > 0 ? 'deny' : act });
    else onMove(act);
  };
  const toggle = (one: string) => {
    const next = new Set(off);
    if (!next.delete(one)) next.add(one);
    setOff(next);
  };
  return (
    <li
      ref={self}
      data-card={requests.map((request) => request.id).join(' ')}
      className={`${card.card} ${classes.card}`}
      tabIndex={-1}
      aria-labelledby={id}
      onKeyDown={press}
    >
      <div id={id}>
        <Asker request={first} />
        <div className={classes.sentence}>
          {words.wantsSeveral(duration === undefined ? null : durationWords(duration), requests.length)}
        </div>
      </div>
      <PickList
        requests={requests}
        picked={new Set(approved.map((request) => request.id))}
        onToggle={toggle}
        whole={false}
      />
      <RequestNotices requests={requests} />
      <Facts>
        <Fact name={words.reason}>
          <FreeText>{[...new Set(requests.map((r) => r.reason || words.noReason))].join('\n')}</FreeText>
        </Fact>
        {first.ticket !== '' && (
          <Fact name={words.ticket}>
            <FreeText>{[...new Set(requests.map((r) => r.ticket))].join(', ')}</FreeText>
          </Fact>
        )}
        <Fact name={words.role}>{[...new Set(requests.map((r) => r.role))].join(', ')}</Fact>
        <Fact name={words.asked}>{ago(first.createdAt, now)}</Fact>
        {common(requests, 'needs') !== undefined && (
          <Fact name={words.needs}>
            <NeedsProgress needs={first.needs} />
          </Fact>
        )}
      </Facts>
      <FailureLine failure={draft.open === null ? decide.failure : null} />
      {draft.open === null && (
        <div className={classes.acts}>
          {approved.length > 0 && (
            <Button
              loading={decide.busy}
              disabled={!still}
              onClick={() => (denied === 0 ? void send(approved, null) : change({ open: 'deny' }))}
            >
              {denied === 0 ? words.approveAll(approved.length) : words.approveSome(approved.length, denied)}
            </Button>
          )}
          {denied === 0 && (
            <Button variant="default" disabled={decide.busy || !still} onClick={() => change({ open: 'approve' })}>
              {words.shorter}
            </Button>
          )}
          {(denied === 0 || approved.length === 0) && (
            <Button
              variant="default"
              className={card.spread}
              disabled={decide.busy || !still}
              onClick={() => {
                setOff(new Set(requests.map((request) => request.id)));
                change({ open: 'deny' });
              }}
            >
              {words.denyAll}
            </Button>
          )}
        </div>
      )}
      {draft.open === 'approve' && (
        <ApprovePanel
          what={words.forTargets(approved.length)}
          maxSeconds={Math.max(...approved.map((request) => request.durationSeconds), 30)}
          draft={draft}
          onChange={change}
          busy={decide.busy}
          disabled={!still || denied > 0}
          failure={decide.failure}
          onSend={(seconds) => void send(approved, seconds)}
          onLeave={leave}
        />
      )}
      {draft.open === 'deny' && (
        <div className={classes.panel}>
          <ReasonPanel
            label={
              approved.length === 0 || denied === 0
                ? words.denyWhy(firstName(first.requester))
                : words.denyRestWhy(firstName(first.requester), denied)
            }
            placeholder={words.denyPlaceholder}
            act={approved.length === 0 || denied === 0 ? words.denyNow : words.denyRestNow(approved.length, denied)}
            value={draft.denial}
            onChange={(denial) => change({ denial })}
            busy={decide.busy}
            failure={decide.failure}
            onSend={() => void send(denied === 0 ? [] : approved, null)}
            onLeave={() => {
              if (approved.length === 0) setOff(new Set());
              leave();
            }}
          />
        </div>
      )}
    </li>
  );
}
