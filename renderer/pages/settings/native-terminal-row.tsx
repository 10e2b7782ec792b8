import { Button, Loader } from '@mantine/core';
import { useAsked } from '../../store/asked.ts';
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
  const [found, look] = useAsked('native.list');
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
