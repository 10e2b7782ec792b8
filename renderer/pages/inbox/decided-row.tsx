import type { AccessRequest } from '../../../protocol/model/request.ts';
import card from '../../components/card.module.css';
import { LoginAt } from '../../components/login-at.tsx';
import { PersonName } from '../../components/person-name.tsx';
import { StateWord } from '../../components/state-word.tsx';
import { useSnapshot } from '../../store/snapshot.ts';
import { inARow } from '../../words/approvals.ts';
import { durationWords } from '../../words/durations.ts';
import { dayAndTime } from '../../words/moments.ts';
import { standingOf } from '../requests/standing.ts';
import classes from './inbox-page.module.css';
import { words } from './words.ts';

/** A request that no longer waits for my word. */
export function DecidedRow({ request, now }: { request: AccessRequest; now: number }) {
  const me = useSnapshot((s) => (s.signIn.state === 'signed-in' ? s.signIn.person.id : ''));
  const grant = useSnapshot((s) => s.revocable.find(({ id }) => id === request.grantId));
  const standing = standingOf(request, grant, now);
  const by = request.decisions.map((decision) =>
    decision.approver.id === me ? words.youDecided[decision.verdict] : `${decision.approver.name} ${pastOf(decision)}`,
  );
  const when = request.closedAt ?? request.decisions.at(-1)?.at ?? request.createdAt;
  return (
    <li className={classes.row}>
      <span>
        <PersonName of={request.requester} /> · <LoginAt login={request.login} target={request.target.name} />
        <span className={card.quiet} style={{ display: 'block' }}>
          {[
            request.extendsGrantId === null ? '' : `+${durationWords(request.durationSeconds)}`,
            inARow(by),
            dayAndTime(when, now),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      <StateWord tone={standing.tone}>{standing.word}</StateWord>
    </li>
  );
}

function pastOf({ verdict }: { verdict: 'approve' | 'deny' }): string {
  return verdict === 'approve' ? 'approved' : 'denied';
}
