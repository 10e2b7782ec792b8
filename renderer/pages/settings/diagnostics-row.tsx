import { Button } from '@mantine/core';
import { Fact, Facts } from '../../components/facts.tsx';
import { useAsked } from '../../store/asked.ts';
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
  const [answer] = useAsked('about.show');
  const about = answer?.ok ? answer.value : null;
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
