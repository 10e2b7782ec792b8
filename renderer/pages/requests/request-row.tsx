import { IconChevronRight } from '@tabler/icons-react';
import { useId } from 'react';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { LoginAt } from '../../components/login-at.tsx';
import { StateWord } from '../../components/state-word.tsx';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { durationWords } from '../../words/durations.ts';
import { withoutTurns } from '../../words/free-text.ts';
import { clockTime, dayAndTime } from '../../words/moments.ts';
import { RequestDetails } from './request-details.tsx';
import classes from './requests-page.module.css';
import { standingOf } from './standing.ts';
import { togetherWith } from './together.ts';
import { words } from './words.ts';

interface Props {
  request: AccessRequest;
  open: boolean;
  onToggle(): void;
  onMove(step: 1 | -1): void;
}

/** One request in a line; Enter opens it. */
export function RequestRow({ request, open, onToggle, onMove }: Props) {
  const id = useId();
  const grant = useSnapshot(
    (s) => s.grants.find((held) => held.grant.id === (request.grantId ?? request.extendsGrantId))?.grant,
  );
  const others = useSnapshot((s) => togetherWith(request, s.requests).length);
  const now = useNow();
  const standing = standingOf(request, grant, now);
  return (
    <li className={classes.item} data-open={open || undefined}>
      <button
        type="button"
        data-row={request.id}
        className={classes.row}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={onToggle}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          onMove(event.key === 'ArrowDown' ? 1 : -1);
        }}
      >
        <IconChevronRight size={14} stroke={2} className={classes.chevron} aria-hidden />
        <LoginAt login={request.login} target={request.target.name} />
        <StateWord tone={standing.tone}>{standing.word}</StateWord>
        <span className={classes.meta}>{aboutOf(request, others, now).join(' · ')}</span>
      </button>
      {open && <RequestDetails id={id} request={request} />}
    </li>
  );
}

function aboutOf(request: AccessRequest, others: number, now: number): string[] {
  const duration = durationWords(request.durationSeconds);
  return [
    clockTime(request.createdAt),
    request.extendsGrantId === null ? duration : `+${duration}`,
    ...(request.startsAt === null ? [] : [words.beginsShort(dayAndTime(request.startsAt, now))]),
    ...(others === 0 ? [] : [words.togetherShort(others)]),
    ...(request.revision > 1 ? [words.changedShort] : []),
    ...(request.reason === '' ? [] : [withoutTurns(request.reason)]),
  ];
}
