import { type RefObject, useEffect, useState } from 'react';
import type { ShownFacts } from '../../../protocol/model/access.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { send } from '../../bridge.ts';

/** What is known already, by request and revision: a card that comes back does not ask again. */
const known = new Map<string, ShownFacts>();

/**
 * What an approver should know of the requester, asked for when the card is first seen. Null until then; undefined when
 * it cannot be had, which keeps nobody from deciding.
 */
export function useFacts(request: AccessRequest, card: RefObject<HTMLElement | null>): ShownFacts | null | undefined {
  const { id, revision } = request;
  const key = `${id} ${revision}`;
  const [answer, setAnswer] = useState<{ key: string; facts: ShownFacts | undefined } | null>(null);
  useEffect(() => {
    const element = card.current;
    if (element === null || known.has(key)) return;
    let wanted = true;
    const observer = new IntersectionObserver(async (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      const result = await send('requests.facts', { id });
      if (result.ok) known.set(key, result.value);
      if (wanted) setAnswer({ key, facts: result.ok ? result.value : undefined });
    });
    observer.observe(element);
    return () => {
      wanted = false;
      observer.disconnect();
    };
  }, [id, key, card]);
  const facts = known.get(key);
  if (facts !== undefined) return facts;
  return answer?.key === key ? answer.facts : null;
}
