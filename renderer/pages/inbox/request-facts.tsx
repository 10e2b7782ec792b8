import type { AccessRequest } from '../../../protocol/model/request.ts';
import { DecisionList } from '../../components/decision-list.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { FreeText } from '../../components/free-text.tsx';
import { Labels } from '../../components/labels.tsx';
import { NeedsProgress } from '../../components/needs-progress.tsx';
import { useNow } from '../../store/clock.ts';
import { ago, fullMoment } from '../../words/moments.ts';
import { words } from './words.ts';

/** What an approver has to know, all of it, with nothing cut off. */
export function RequestFacts({ request }: { request: AccessRequest }) {
  const now = useNow();
  return (
    <>
      {Object.keys(request.target.labels).length > 0 && <Labels labels={request.target.labels} most={8} />}
      <Facts>
        <Fact name={words.reason}>
          <FreeText>{request.reason || words.noReason}</FreeText>
        </Fact>
        {request.ticket !== '' && (
          <Fact name={words.ticket}>
            <FreeText>{request.ticket}</FreeText>
          </Fact>
        )}
        <Fact name={words.role}>{request.role}</Fact>
        <Fact name={words.asked}>
          <span title={fullMoment(request.createdAt)}>{ago(request.createdAt, now)}</span>
        </Fact>
        <Fact name={words.needs}>
          <NeedsProgress needs={request.needs} />
        </Fact>
        {request.decisions.length > 0 && (
          <Fact name={words.decisions}>
            <DecisionList decisions={request.decisions} />
          </Fact>
        )}
      </Facts>
    </>
  );
}
