import { IconUsers } from '@tabler/icons-react';
import { needsSentence, onlineSentence } from '../../words/approvals.ts';
import classes from './ask-form.module.css';
import type { Draft } from './draft.ts';
import { type Offer, targetsInWords } from './offer.ts';
import { useDryRuns } from './use-dry-runs.ts';
import { words } from './words.ts';

/** Who would have to approve this, and which of them are there. Policy is known at once; who is online is asked. */
export function WhoApproves({ draft, offer }: { draft: Draft; offer: Offer }) {
  const dryRuns = useDryRuns(offer, draft);
  return (
    <div className={classes.approves} role="status">
      <IconUsers size={16} stroke={1.7} aria-hidden />
      <div>
        {offer.groups.map(({ needs, targets }, index) => {
          const dryRun = dryRuns[index] ?? null;
          return (
            <p key={targets.join()}>
              {offer.groups.length > 1 && <b>{words.needsFor(targetsInWords(targets))}</b>}
              {needsSentence(dryRun?.needs ?? needs)}.{dryRun !== null && ` ${onlineSentence(dryRun.needs)}.`}
            </p>
          );
        })}
      </div>
    </div>
  );
}
