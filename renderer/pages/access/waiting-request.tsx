import { Button } from '@mantine/core';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import card from '../../components/card.module.css';
import { FailureLine } from '../../components/failure-line.tsx';
import { LoginAt } from '../../components/login-at.tsx';
import { NeedsProgress } from '../../components/needs-progress.tsx';
import { useAct } from '../../store/act.ts';
import { useNow } from '../../store/clock.ts';
import { durationWords } from '../../words/durations.ts';
import { clockTime, dayAndTime } from '../../words/moments.ts';
import { amend } from '../ask/drafts.ts';
import { words } from './words.ts';

/** What I asked for and nobody has settled: who must still say yes, and the way to take it back. */
export function WaitingRequest({ request }: { request: AccessRequest }) {
  const now = useNow();
  const cancel = useAct('requests.cancel');
  return (
    <li className={card.card}>
      <div className={card.top}>
        <LoginAt login={request.login} target={request.target.name} />
        <span className={card.quiet}>
          {durationWords(request.durationSeconds)}
          {request.startsAt !== null && `, ${words.begins(dayAndTime(request.startsAt, now))}`}
        </span>
      </div>
      <div className={card.top} style={{ alignItems: 'center' }}>
        <div>
          <NeedsProgress needs={request.needs} />
          <span className={card.quiet}>{words.lapses(clockTime(request.lapsesAt))}</span>
        </div>
        <div className={card.buttons}>
          {request.extendsGrantId === null && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`${words.change} ${request.login}@${request.target.name}`}
              onClick={() => amend(request.id)}
            >
              {words.change}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`${words.cancel} ${request.login}@${request.target.name}`}
            loading={cancel.busy}
            onClick={() => void cancel.run({ id: request.id })}
          >
            {words.cancel}
          </Button>
        </div>
      </div>
      <FailureLine failure={cancel.failure} />
    </li>
  );
}
