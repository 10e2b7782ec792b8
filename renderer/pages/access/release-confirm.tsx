import { Button } from '@mantine/core';
import type { GrantId } from '../../../protocol/model/identity.ts';
import card from '../../components/card.module.css';
import { FailureLine } from '../../components/failure-line.tsx';
import { useAct } from '../../store/act.ts';
import { words } from './words.ts';

interface Props {
  grantId: GrantId;
  /** Open sessions that would be cut. */
  sessions: number;
  onKeep(): void;
}

/** Asks once before access is given back. */
export function ReleaseConfirm({ grantId, sessions, onKeep }: Props) {
  const release = useAct('grants.release');
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only takes Esc on its way up from the buttons
    <div
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onKeep();
      }}
    >
      <p role="status">{words.releaseAsk(sessions)}</p>
      <FailureLine failure={release.failure} />
      <div className={card.actions} style={{ marginTop: 8 }}>
        <Button color="red" autoFocus loading={release.busy} onClick={() => void release.run({ id: grantId })}>
          {words.releaseYes}
        </Button>
        <Button variant="default" onClick={onKeep}>
          {words.releaseNo}
        </Button>
      </div>
    </div>
  );
}
