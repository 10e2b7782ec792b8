import { Button } from '@mantine/core';
import { useAct } from '../../store/act.ts';
import { useDiagnostics } from '../../store/diagnostics.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { diagnosticsWords } from '../../words/diagnostics.ts';
import { ManagedRow } from './managed-row.tsx';
import { Row, Rows } from './row.tsx';
import { SignedInAs } from './signed-in-as.tsx';
import { words } from './words.ts';

/** Who, which org, which version; what IT wants to see; the ways out. @param leaving whether sign-out asks at once */
export function About({ leaving }: { leaving: boolean }) {
  const orgName = useSnapshot((s) => s.orgName);
  const version = useSnapshot((s) => s.version);
  const quit = useAct('app.quit');
  return (
    <Rows>
      <SignedInAs asking={leaving} />
      <ManagedRow />
      <DiagnosticsRow />
      <Row label={words.telemetry} text={words.telemetryText} />
      <Row
        label={words.version(version)}
        text={orgName}
        failure={quit.failure}
        control={
          <Button variant="default" loading={quit.busy} onClick={() => void quit.run({})}>
            {words.quit}
          </Button>
        }
      />
    </Rows>
  );
}

function DiagnosticsRow() {
  const { copy, busy, failure, lines } = useDiagnostics();
  return (
    <Row
      label={words.diagnostics}
      text={<span role="status">{lines === null ? words.diagnosticsText : diagnosticsWords.copied(lines)}</span>}
      failure={failure}
      control={
        <Button variant="default" loading={busy} onClick={() => void copy()}>
          {diagnosticsWords.copy}
        </Button>
      }
    />
  );
}
