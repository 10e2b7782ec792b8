import { IconPencil, IconRouteOff, IconUserShare } from '@tabler/icons-react';
import { type RefObject, useState } from 'react';
import type { ShownFacts } from '../../../protocol/model/access.ts';
import { namesToDecideIn } from '../../../protocol/model/access.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import card from '../../components/card.module.css';
import { DecisionList } from '../../components/decision-list.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { FreeText } from '../../components/free-text.tsx';
import { NeedsProgress } from '../../components/needs-progress.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { inARow } from '../../words/approvals.ts';
import { ago, dayAndTime, fullMoment } from '../../words/moments.ts';
import { useChangeSentence } from './changes.ts';
import { earlierSentence, historySentence } from './history.ts';
import classes from './inbox-page.module.css';
import { useFacts } from './use-facts.ts';
import { words } from './words.ts';

interface Props {
  request: AccessRequest;
  /** The card it stands on: what must be fetched is fetched when that is seen. */
  place: RefObject<HTMLElement | null>;
}

/** What an approver has to know, all of it, with nothing cut off. */
export function RequestFacts({ request, place }: Props) {
  const now = useNow();
  const facts = useFacts(request, place);
  return (
    <>
      <RequestNotices requests={[request]} />
      <Facts>
        <Fact name={words.reason}>
          <FreeText>{request.reason || words.noReason}</FreeText>
        </Fact>
        {request.ticket !== '' && (
          <Fact name={words.ticket}>
            <FreeText>{request.ticket}</FreeText>
          </Fact>
        )}
        {request.startsAt !== null && (
          <Fact name={words.beginsName}>
            <b title={fullMoment(request.startsAt)}>{dayAndTime(request.startsAt, now)}</b>
          </Fact>
        )}
        {request.endsWithSession && <Fact name={words.endsName}>{words.endsWithSession}</Fact>}
        <Fact name={words.role}>
          {request.role}
          {facts?.roleDescription && <span className={classes.why}>{facts.roleDescription}</span>}
        </Fact>
        {facts !== undefined && (
          <Fact name={words.history}>
            {facts === null ? <span className={card.quiet}>{words.historyWaits}</span> : <History facts={facts} />}
          </Fact>
        )}
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

/** What is out of the ordinary with requests that are decided together. */
export function RequestNotices({ requests }: { requests: readonly [AccessRequest, ...AccessRequest[]] }) {
  const now = useNow();
  const [first] = requests;
  const changed = useChangeSentence(requests.find((request) => request.revision > 1) ?? first, now);
  const names = useSnapshot((s) => (s.signIn.state === 'signed-in' ? s.signIn.person : null));
  const places = names === null ? [] : namesToDecideIn(first, names);
  return (
    <>
      {changed !== '' && (
        <div role="status">
          <Notice icon={IconPencil} tone="warm">
            {changed}
          </Notice>
        </div>
      )}
      {places.length > 0 && !places.includes(null) && (
        <Notice icon={IconUserShare} tone="accent">
          {words.inPlaceOf(
            inARow(
              places.flatMap((place) => (place === null ? [] : [place.person.name])),
              'or',
            ),
          )}
        </Notice>
      )}
      {requests.some((request) => request.target.via === 'direct') && (
        <Notice icon={IconRouteOff}>{words.direct}</Notice>
      )}
    </>
  );
}

function History({ facts }: { facts: ShownFacts }) {
  const now = useNow();
  const [open, setOpen] = useState(false);
  return (
    <>
      <span data-first={facts.lastAccessAt === null || undefined} className={classes.history}>
        {historySentence(facts, now)}
      </span>
      {facts.earlier.length > 0 && !open && (
        <button type="button" className={card.link} style={{ display: 'block' }} onClick={() => setOpen(true)}>
          {words.earlier(facts.earlier.length)}
        </button>
      )}
      {open && (
        <ul className={classes.earlier}>
          {facts.earlier.map((earlier) => (
            <li key={`${earlier.at} ${earlier.state}`}>{earlierSentence(earlier, now)}</li>
          ))}
        </ul>
      )}
    </>
  );
}
