import { BackendSetting } from './backend-setting.tsx';
import { SwitchRow } from './controls.tsx';
import { Rows } from './row.tsx';
import { ShortcutRow } from './shortcut-row.tsx';
import { useSetting } from './use-setting.ts';
import { words } from './words.ts';

/** Where the backend is, and how the app is started and shown. */
export function General() {
  const start = useSetting('startAtLogin');
  return (
    <Rows>
      <BackendSetting />
      <SwitchRow
        label={words.startAtLogin}
        text={words.startAtLoginText}
        value={start.value}
        onChange={start.set}
        failure={start.failure}
      />
      <ShortcutRow />
    </Rows>
  );
}
