import { IconUsers } from '@tabler/icons-react';
import type { AccessibleTarget, AccessOption } from '../../../protocol/model/access.ts';
import { needsSentence, onlineSentence } from '../../words/approvals.ts';
import classes from './ask-form.module.css';
import type { Draft } from './draft.ts';
import { useDryRun } from './use-dry-run.ts';

/** Who would have to approve this, and which of them are there. Policy is known at once; who is online is asked. */
export function WhoApproves({ entry, draft, option }: { entry: AccessibleTarget; draft: Draft; option: AccessOption }) {
  const dryRun = useDryRun(entry, draft);
  return (
    <p className={classes.approves} role="status">
      <IconUsers size={16} stroke={1.7} aria-hidden />
      <span>
        {needsSentence(dryRun?.needs ?? option.needs)}
        {dryRun !== null && ` · ${onlineSentence(dryRun.needs)}`}
      </span>
    </p>
  );
}
