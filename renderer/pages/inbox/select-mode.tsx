import { Button } from '@mantine/core';
import { useState } from 'react';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import card from '../../components/card.module.css';
import { FailureLine } from '../../components/failure-line.tsx';
import { ReasonPanel } from '../../components/reason-panel.tsx';
import classes from './inbox-page.module.css';
import { decisionsOf, MOST_AT_ONCE } from './units.ts';
import { useDecideMany } from './use-decide-many.ts';
import { words } from './words.ts';

/** Requests picked out of the inbox, to be decided in one go. */
export interface Selection {
  picked: ReadonlySet<string>;
  requests: readonly AccessRequest[];
  toggle(id: string): void;
  all(): void;
  decide: ReturnType<typeof useDecideMany>;
}

/** What is picked of those that wait: one that was changed or decided meanwhile is picked no longer. */
export function useSelection(waiting: readonly AccessRequest[]): Selection {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const decide = useDecideMany();
  const keyOf = ({ id, revision }: AccessRequest) => `${id} ${revision}`;
  const requests = waiting.filter((request) => keys.has(keyOf(request)));
  return {
    requests,
    picked: new Set(requests.map((request) => request.id)),
    toggle: (id) => {
      const request = waiting.find((one) => one.id === id);
      if (request === undefined) return;
      const next = new Set(requests.map(keyOf));
      if (!next.delete(keyOf(request)) && next.size < MOST_AT_ONCE) next.add(keyOf(request));
      setKeys(next);
    },
    all: () => setKeys(new Set(waiting.slice(0, MOST_AT_ONCE).map(keyOf))),
    decide,
  };
}

/** What to do with those that are picked. Approving asks once more: it is one click for many. */
export function SelectionFoot({ selection, onLeave }: { selection: Selection; onLeave(): void }) {
  const { requests, picked, all, decide } = selection;
  const [asks, setAsks] = useState<'approve' | 'deny' | null>(null);
  const [denial, setDenial] = useState('');
  const n = requests.length;
  const send = async (approved: ReadonlySet<string>) => {
    await decide.run(decisionsOf(requests, { approved, note: '', denial, mostSeconds: null }));
    setAsks(null);
  };
  if (asks === 'deny' && n > 0) {
    return (
      <ReasonPanel
        label={words.denyWhy(n === 1 ? (requests[0]?.requester.name ?? '') : words.everybody)}
        placeholder={words.denyPlaceholder}
        act={words.denyNow}
        value={denial}
        onChange={setDenial}
        busy={decide.busy}
        failure={decide.failure}
        onSend={() => void send(new Set())}
        onLeave={() => setAsks(null)}
      />
    );
  }
  return (
    <div className={classes.foot}>
      <FailureLine failure={decide.failure} />
      {asks === 'approve' && n > 0 ? (
        // A key of its own: the button under the pointer must not become another one.
        <div key="sure" className={classes.footLine}>
          <p role="status">{words.approveAsk(n)}</p>
          <div className={classes.acts}>
            <Button loading={decide.busy} onClick={() => void send(picked)}>
              {words.approveNow(n)}
            </Button>
            <Button variant="default" autoFocus onClick={() => setAsks(null)}>
              {words.back}
            </Button>
          </div>
        </div>
      ) : (
        <div key="pick" className={classes.footLine}>
          <span role="status">
            {words.selected(n)}{' '}
            <button type="button" className={card.link} onClick={all}>
              {words.selectAll}
            </button>
          </span>
          <div className={classes.acts}>
            <Button variant="default" onClick={onLeave}>
              {words.selectDone}
            </Button>
            <Button variant="default" disabled={n === 0} onClick={() => setAsks('deny')}>
              {words.denyCount(n)}
            </Button>
            <Button disabled={n === 0} onClick={() => setAsks('approve')}>
              {words.approveCount(n)}
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
