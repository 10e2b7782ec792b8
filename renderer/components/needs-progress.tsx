import { IconCheck, IconClock } from '@tabler/icons-react';
import type { AccessRequest } from '../../protocol/model/request.ts';
import { inARow } from '../words/approvals.ts';
import classes from './needs-progress.module.css';

/** Who must approve and how many have: one line for each requirement. */
export function NeedsProgress({ needs }: { needs: AccessRequest['needs'] }) {
  return (
    <ul className={classes.root}>
      {needs.map((need) => {
        const met = need.have >= need.count;
        return (
          <li key={need.groups.join()} className={classes.need} data-met={met || undefined}>
            {met ? <IconCheck size={14} stroke={2.2} aria-hidden /> : <IconClock size={14} stroke={1.8} aria-hidden />}
            <span>
              {inARow(need.groups, 'or')}{' '}
              <span className={classes.count}>
                {need.have} of {need.count}
              </span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
