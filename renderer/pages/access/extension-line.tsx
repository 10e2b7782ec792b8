import { Button } from '@mantine/core';
import type { Grant } from '../../../protocol/model/grant.ts';
import card from '../../components/card.module.css';
import { FailureLine } from '../../components/failure-line.tsx';
import { FreeText } from '../../components/free-text.tsx';
import { StateWord } from '../../components/state-word.tsx';
import { useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { waitsSentence } from '../../words/approvals.ts';
import { durationWords } from '../../words/durations.ts';
import { lastExtension } from './standing.ts';
import { words } from './words.ts';

/** What became of the last wish for more time: it waits, was given, or was refused and why. */
export function ExtensionLine({ grant }: { grant: Grant }) {
  const request = useSnapshot((s) => lastExtension(s.requests, grant.id));
  const cancel = useAct('requests.cancel');
  if (request === undefined || request.state === 'cancelled') return null;
  const more = durationWords(request.durationSeconds);
  if (request.state === 'pending') {
    return (
      <div>
        <div className={card.top} style={{ alignItems: 'center' }}>
          <StateWord tone="accent">{words.extension.pending(more, waitsSentence(request.needs))}</StateWord>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={words.cancelExtension(`${grant.login}@${grant.target.name}`)}
            loading={cancel.busy}
            onClick={() => void cancel.run({ id: request.id })}
          >
            {words.cancel}
          </Button>
        </div>
        <FailureLine failure={cancel.failure} />
      </div>
    );
  }
  const said = request.decisions.findLast((d) => d.verdict === 'deny')?.reason ?? '';
  return (
    <div>
      <StateWord tone={request.state === 'approved' ? 'good' : request.state === 'denied' ? 'bad' : 'quiet'}>
        {words.extension[request.state](more)}
      </StateWord>
      {said !== '' && (
        <p className={card.quiet}>
          <FreeText>{`“${said}”`}</FreeText>
        </p>
      )}
    </div>
  );
}
