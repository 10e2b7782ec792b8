import { Button, Loader } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Result } from '../../../protocol/errors.ts';
import type { CommandOutput } from '../../../protocol/ipc/commands.ts';
import { send } from '../../bridge.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { SelectRow } from './controls.tsx';
import { LockedRow } from './locked-row.tsx';
import { nativeChoices } from './native-choices.ts';
import { Row } from './row.tsx';
import { useSetting } from './use-setting.ts';
import { words } from './words.ts';

/** Which of the terminals installed here Connect opens. */
export function NativeTerminalRow() {
  const { value, set, failure, managed } = useSetting('nativeTerminal');
  const allowed = useSnapshot((s) => s.managed.terminals);
  const [found, look] = useInstalledTerminals();
  if (managed) {
    const installed = found?.ok ? found.value.terminals : [];
    const shown = found?.ok === true ? nativeChoices(installed, value, allowed)[value] : value;
    return <LockedRow label={words.native} value={shown || words.nativeSystem} />;
  }
  if (found === null) return <Row label={words.native} text={words.nativeLoading} control={<Loader size={16} />} />;
  const again = (
    <Button variant="default" onClick={look}>
      {words.lookAgain}
    </Button>
  );
  if (!found.ok) return <Row label={words.native} failure={found.error} control={again} />;
  if (found.value.terminals.length === 0)
    return <Row label={words.native} text={<span role="status">{words.nativeNone}</span>} control={again} />;
  return (
    <SelectRow
      label={words.native}
      choices={nativeChoices(found.value.terminals, value, allowed)}
      {...(allowed === null ? {} : { text: words.nativeLimited })}
      value={value}
      onChange={set}
      failure={failure}
    />
  );
}

type Found = Result<CommandOutput<'native.list'>>;

/** What main finds, asked for when the row is drawn; null while it looks. And the way to have it look again. */
function useInstalledTerminals(): [Found | null, () => void] {
  const [found, setFound] = useState<Found | null>(null);
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` is what asks again
  useEffect(() => {
    let wanted = true;
    setFound(null);
    void send('native.list', {}).then((answer) => {
      if (wanted) setFound(answer);
    });
    return () => {
      wanted = false;
    };
  }, [asked]);
  return [found, () => setAsked((n) => n + 1)];
}
