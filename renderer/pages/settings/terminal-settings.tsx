import { NumberRow, SegmentedRow, SelectRow, StepRow, SwitchRow } from './controls.tsx';
import { FontRow } from './font-row.tsx';
import { Rows } from './row.tsx';
import { TerminalSample } from './terminal-sample.tsx';
import { useSetting } from './use-setting.ts';
import { words } from './words.ts';

const SCROLLBACKS = [1_000, 5_000, 20_000, 100_000];

/** How the built-in terminal looks and behaves. */
export function TerminalSettings() {
  const size = useSetting('terminalFontSize');
  const colors = useSetting('terminalColors');
  const scrollback = useSetting('terminalScrollback');
  const bell = useSetting('terminalBell');
  const copies = useSetting('terminalCopyOnSelect');
  return (
    <Rows>
      <TerminalSample />
      <FontRow />
      <StepRow label={words.fontSize} value={size.value} min={8} max={32} onChange={size.set} failure={size.failure} />
      <SelectRow
        label={words.colors}
        choices={words.colorNames}
        value={colors.value}
        onChange={colors.set}
        failure={colors.failure}
      />
      <NumberRow
        label={words.scrollback}
        usual={SCROLLBACKS}
        value={scrollback.value}
        onChange={scrollback.set}
        failure={scrollback.failure}
      />
      <SegmentedRow
        label={words.bell}
        choices={words.bells}
        value={bell.value}
        onChange={bell.set}
        failure={bell.failure}
      />
      <SwitchRow
        label={words.copyOnSelect}
        text={words.copyOnSelectText}
        value={copies.value}
        onChange={copies.set}
        failure={copies.failure}
      />
    </Rows>
  );
}
