import { IconCheck, IconX } from '@tabler/icons-react';
import type { Decision } from '../../protocol/model/decision.ts';
import { durationWords } from '../words/durations.ts';
import { clockTime, fullMoment } from '../words/moments.ts';
import classes from './decision-list.module.css';
import { FreeText } from './free-text.tsx';
import { PersonName } from './person-name.tsx';

/** Who said what, when and why. */
export function DecisionList({ decisions }: { decisions: readonly Decision[] }) {
  return (
    <ul className={classes.root}>
      {decisions.map((decision) => (
        <li key={decision.id} className={classes.decision} data-verdict={decision.verdict}>
          {decision.verdict === 'approve' ? (
            <IconCheck size={14} stroke={2.2} aria-hidden />
          ) : (
            <IconX size={14} stroke={2.2} aria-hidden />
          )}
          <span>
            <PersonName of={decision.approver} /> <span className={classes.did}>{didWords(decision)}</span>
            <span className={classes.when} title={fullMoment(decision.at)}>
              {' '}
              {clockTime(decision.at)}
            </span>
            {decision.onBehalfOf !== null && (
              <span className={classes.when}>
                {' '}
                in the place of <PersonName of={decision.onBehalfOf} />
              </span>
            )}
            {decision.reason !== '' && (
              <span className={classes.reason}>
                <FreeText>{`“${decision.reason}”`}</FreeText>
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

function didWords({ verdict, durationSeconds }: Decision): string {
  if (verdict === 'deny') return 'denied';
  return durationSeconds === undefined ? 'approved' : `approved ${durationWords(durationSeconds)}`;
}
