import { BackendSetting } from './backend-setting.tsx';
import { NumberRow, SwitchRow } from './controls.tsx';
import { Rows } from './row.tsx';
import { ShortcutRow } from './shortcut-row.tsx';
import { useSetting } from './use-setting.ts';
import { words } from './words.ts';

/** Offered for the time without a key or a move of the mouse, minutes; 0 is never. */
const IDLE_MINUTES = [0, 15, 30, 60, 240];

/** Where the backend is, and how the app is started and shown. */
export function General() {
  const start = useSetting('startAtLogin');
  const idle = useSetting('idleSignOutMinutes');
  return (
    <Rows>
      <BackendSetting />
      <SwitchRow
        label={words.startAtLogin}
        text={words.startAtLoginText}
        value={start.value}
        onChange={start.set}
        failure={start.failure}
        managed={start.managed}
      />
      <NumberRow
        label={words.idle}
        text={words.idleText}
        usual={IDLE_MINUTES}
        inWords={words.idleFor}
        value={idle.value}
        onChange={idle.set}
        failure={idle.failure}
        managed={idle.managed}
      />
      <ShortcutRow />
    </Rows>
  );
}
