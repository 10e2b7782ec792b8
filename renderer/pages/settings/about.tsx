import { Button } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';
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
      <DiagnosticsRow />
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
  const diagnostics = useAct('diagnostics.copy');
  const [lines, setLines] = useState<number | null>(null);
  const copy = async () => {
    setLines(null);
    const result = await diagnostics.run({});
    if (result.ok) setLines(result.value.lines);
  };
  return (
    <Row
      label={words.diagnostics}
      text={<span role="status">{lines === null ? words.diagnosticsText : words.diagnosticsCopied(lines)}</span>}
      failure={diagnostics.failure}
      control={
        <Button variant="default" loading={diagnostics.busy} onClick={() => void copy()}>
          {words.copyDiagnostics}
        </Button>
      }
    />
  );
}
