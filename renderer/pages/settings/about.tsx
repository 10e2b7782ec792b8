import { Button } from '@mantine/core';
import { useAct } from '../../store/act.ts';
import { go } from '../../store/navigation.ts';
import { DiagnosticsRow } from './diagnostics-row.tsx';
import { ManagedRow } from './managed-row.tsx';
import { Row, Rows } from './row.tsx';
import { SignedInAs } from './signed-in-as.tsx';
import { words } from './words.ts';

/** Who, by whom managed; what IT wants to see; with whose work it is made; the ways out. @param leaving whether sign-out asks at once */
export function About({ leaving }: { leaving: boolean }) {
  const quit = useAct('app.quit');
  return (
    <Rows>
      <SignedInAs asking={leaving} />
      <ManagedRow />
      <DiagnosticsRow />
      <Row label={words.telemetry} text={words.telemetryText} />
      <Row
        label={words.licences.row}
        text={words.licences.rowText}
        control={
          <Button
            variant="default"
            aria-label={`${words.licences.show}: ${words.licences.row}`}
            onClick={() => go({ page: 'licences' })}
          >
            {words.licences.show}
          </Button>
        }
      />
      <Row
        label={words.quit}
        failure={quit.failure}
        text={words.quitText}
        control={
          <Button variant="default" aria-label={words.quit} loading={quit.busy} onClick={() => void quit.run({})}>
            {words.quitNow}
          </Button>
        }
      />
    </Rows>
  );
}
