import { Button } from '@mantine/core';
import type { ExternalSession } from '../../../protocol/ipc/snapshot.ts';
import type { GrantId } from '../../../protocol/model/identity.ts';
import { send } from '../../bridge.ts';
import card from '../../components/card.module.css';
import { FailureLine } from '../../components/failure-line.tsx';
import { useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { clockTime } from '../../words/moments.ts';
import classes from './grant-sessions.module.css';
import { words } from './words.ts';

/** The most sessions that are over which a grant still tells of. */
const MOST_OVER = 3;

const isOpen = ({ status }: { status: { state: string } }): boolean =>
  status.state === 'open' || status.state === 'opening';

/** Ids of what is open with a grant: terminals of ours and sessions of other programs. */
export function useOpenSessions(grantId: GrantId): string[] {
  const terminals = useSnapshot((s) => s.terminals);
  const external = useSnapshot((s) => s.externalSessions);
  return [...terminals, ...external].filter((s) => s.grantId === grantId && isOpen(s)).map((s) => s.id);
}

/** What is open with a grant, and why what was open is not any more. */
export function GrantSessions({ grantId }: { grantId: GrantId }) {
  const terminals = useSnapshot((s) => s.terminals).filter((t) => t.grantId === grantId && isOpen(t)).length;
  const external = useSnapshot((s) => s.externalSessions).filter((s) => s.grantId === grantId);
  const shown = [...external.filter(isOpen), ...external.filter((s) => !isOpen(s)).slice(0, MOST_OVER)];
  if (terminals === 0 && shown.length === 0) return null;
  return (
    <ul className={classes.list}>
      {terminals > 0 && (
        <li className={classes.row}>
          <button type="button" className={card.link} onClick={() => void send('window.showTerminals', {})}>
            {words.terminals(terminals)}
          </button>
        </li>
      )}
      {shown.map((session) => (
        <ExternalRow key={session.id} session={session} />
      ))}
    </ul>
  );
}

function ExternalRow({ session }: { session: ExternalSession }) {
  const end = useAct('native.end');
  const { status } = session;
  return (
    <li className={classes.row} data-over={!isOpen(session) || undefined}>
      <span className={classes.dot} data-state={status.state} aria-hidden />
      <span className={classes.text}>
        <b>{session.program}</b> {sentenceOf(session)}
      </span>
      {isOpen(session) && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={words.endSession(session.program, session.title)}
          loading={end.busy}
          onClick={() => void end.run({ id: session.id })}
        >
          {words.end}
        </Button>
      )}
      <FailureLine failure={end.failure} />
    </li>
  );
}

function sentenceOf({ status, openedAt }: ExternalSession): string {
  switch (status.state) {
    case 'opening':
      return words.opening;
    case 'open':
      return words.since(clockTime(openedAt));
    case 'ended':
      return words.sessionEnded(clockTime(status.at), status.sentence.replace(/\.$/, ''));
    case 'failed':
      return status.problem.message;
    default:
      return status satisfies never;
  }
}
