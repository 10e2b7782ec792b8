import { Button } from '@mantine/core';
import { cutsAt, type Grant } from '../../../protocol/model/grant.ts';
import card from '../../components/card.module.css';
import { Countdown } from '../../components/countdown.tsx';
import { Labels } from '../../components/labels.tsx';
import { LoginAt } from '../../components/login-at.tsx';
import { PersonName } from '../../components/person-name.tsx';
import { ReasonPanel } from '../../components/reason-panel.tsx';
import { useAct } from '../../store/act.ts';
import { useNow } from '../../store/clock.ts';
import { firstName } from '../../words/approvals.ts';
import { dayAndTime } from '../../words/moments.ts';
import { forgetDecision, useDecisionDraft } from './drafts.ts';
import classes from './inbox-page.module.css';
import { words } from './words.ts';

/** Access of somebody else that I may cut, with a reason. */
export function RevocableCard({ grant }: { grant: Grant }) {
  const [draft, change] = useDecisionDraft(grant.id);
  const now = useNow();
  const revoke = useAct('grants.revoke');
  const send = async () => {
    const result = await revoke.run({ id: grant.id, reason: draft.denial.trim() });
    if (result.ok) forgetDecision(grant.id);
  };
  return (
    <li className={card.card}>
      <div className={card.top}>
        <span className={classes.sentence}>
          <PersonName of={grant.requester} /> · <LoginAt login={grant.login} target={grant.target.name} />
        </span>
        {grant.status.state === 'scheduled' ? (
          <span className={card.quiet}>{words.starts(dayAndTime(grant.startsAt, now))}</span>
        ) : (
          <Countdown until={cutsAt(grant)} />
        )}
      </div>
      {draft.open === 'deny' ? (
        <ReasonPanel
          label={words.revokeWhy(firstName(grant.requester))}
          placeholder={words.revokePlaceholder}
          act={words.revokeNow}
          value={draft.denial}
          onChange={(denial) => change({ denial })}
          busy={revoke.busy}
          failure={revoke.failure}
          onSend={() => void send()}
          onLeave={() => {
            change({ open: null });
            revoke.forget();
          }}
        />
      ) : (
        <div className={card.top} style={{ alignItems: 'center' }}>
          <div className={card.about}>
            <Labels labels={grant.target.labels} most={3} />
            <span>
              {words.role} {grant.role}
            </span>
          </div>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`${words.revoke} ${grant.requester.name}, ${grant.login}@${grant.target.name}`}
            onClick={() => change({ open: 'deny' })}
          >
            {words.revoke}
          </Button>
        </div>
      )}
    </li>
  );
}
