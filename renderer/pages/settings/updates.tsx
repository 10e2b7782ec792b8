import { useSnapshot } from '../../store/snapshot.ts';
import { SegmentedRow } from './controls.tsx';
import { Rows } from './row.tsx';
import { UpdateRow } from './update-row.tsx';
import { useSetting } from './use-setting.ts';
import { words } from './words.ts';

/** Which version there is, what can be done about it, and what happens by itself. */
export function Updates() {
  const mode = useSetting('updates');
  const channel = useSetting('updateChannel');
  const byOthers = useSnapshot(({ update }) => update.state === 'available' && !update.installable);
  return (
    <Rows>
      <UpdateRow />
      <SegmentedRow
        label={words.updates.mode}
        text={mode.value === 'install' && byOthers ? words.updates.byOthers : words.updates.modeTexts[mode.value]}
        choices={words.updates.modes}
        value={mode.value}
        onChange={mode.set}
        failure={mode.failure}
        managed={mode.managed}
      />
      <SegmentedRow
        label={words.updates.channel}
        text={words.updates.channelTexts[channel.value]}
        choices={words.updates.channels}
        value={channel.value}
        onChange={channel.set}
        failure={channel.failure}
        managed={channel.managed}
      />
    </Rows>
  );
}
