import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { About } from '../../../protocol/ipc/about.ts';
import { send } from '../../bridge.ts';
import { Fact, Facts } from '../../components/facts.tsx';
import { useDiagnostics } from '../../store/diagnostics.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { placeInWords } from '../../words/address.ts';
import { diagnosticsWords } from '../../words/diagnostics.ts';
import { Row } from './row.tsx';
import { words as all } from './words.ts';

const words = all.facts;

/** What IT asks first, and one button that copies that and the log. */
export function DiagnosticsRow() {
  const { copy, busy, failure, lines } = useDiagnostics();
  return (
    <Row
      label={all.diagnostics}
      text={<span role="status">{lines === null ? all.diagnosticsText : diagnosticsWords.copied(lines)}</span>}
      failure={failure}
      control={
        <Button variant="default" loading={busy} onClick={() => void copy()}>
          {diagnosticsWords.copy}
        </Button>
      }
    >
      <CopyFacts />
    </Row>
  );
}

function CopyFacts() {
  const about = useAbout();
  const version = useSnapshot((s) => s.version);
  const address = useSnapshot((s) => s.settings.backendAddress);
  const connection = useSnapshot((s) => s.connection.state);
  const channel = useSnapshot((s) => s.settings.updateChannel);
  return (
    <Facts>
      <Fact name={words.version}>{version}</Fact>
      {about !== null && <Fact name={words.installed}>{words.by(about.installedFrom)}</Fact>}
      <Fact name={words.backend}>{`${placeInWords(address)}, ${words.connection[connection]}`}</Fact>
      <Fact name={words.channel}>{words.channelNow[channel]}</Fact>
      {about !== null && (
        <>
          <Fact name={words.electron}>{words.engine(about.electron, about.chromium)}</Fact>
          <Fact name={words.system}>{about.system}</Fact>
          {about.licence !== '' && <Fact name={words.licence}>{about.licence}</Fact>}
        </>
      )}
    </Facts>
  );
}

/** What main knows of this copy of the app, asked for when it is drawn; null before, and if it cannot be told. */
function useAbout(): About | null {
  const [about, setAbout] = useState<About | null>(null);
  useEffect(() => {
    let wanted = true;
    void send('about.show', {}).then((answer) => {
      if (wanted && answer.ok) setAbout(answer.value);
    });
    return () => {
      wanted = false;
    };
  }, []);
  return about;
}
