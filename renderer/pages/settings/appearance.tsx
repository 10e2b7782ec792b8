import { SegmentedRow } from './controls.tsx';
import { Rows } from './row.tsx';
import { useSetting } from './use-setting.ts';
import { words } from './words.ts';

/** Light, dark, or like the desktop. High contrast follows the desktop by itself. */
export function Appearance() {
  const theme = useSetting('theme');
  return (
    <Rows>
      <SegmentedRow
        label={words.theme}
        choices={words.themes}
        value={theme.value}
        onChange={theme.set}
        failure={theme.failure}
      />
    </Rows>
  );
}
