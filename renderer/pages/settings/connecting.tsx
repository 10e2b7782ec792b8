import { SegmentedRow } from './controls.tsx';
import { NativeTerminalRow } from './native-terminal-row.tsx';
import { Rows } from './row.tsx';
import { SshConfigRow } from './ssh-config-row.tsx';
import { useSetting } from './use-setting.ts';
import { words } from './words.ts';

/** What Connect opens, and whether other programs may use the access too. */
export function Connecting() {
  const connectWith = useSetting('connectWith');
  return (
    <Rows>
      <SegmentedRow
        label={words.connectWith}
        choices={words.connectWiths}
        value={connectWith.value}
        onChange={connectWith.set}
        failure={connectWith.failure}
        managed={connectWith.managed}
      />
      {connectWith.value === 'native' && <NativeTerminalRow />}
      <SshConfigRow />
    </Rows>
  );
}
