import { Button } from '@mantine/core';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useSnapshot } from '../../store/snapshot.ts';
import { recordShortcut, shortcutWords } from './accelerator.ts';
import { Row } from './row.tsx';
import { useSetting } from './use-setting.ts';
import { words } from './words.ts';

/** Records the keys that show the popover from any program; main says when another program has them. */
export function ShortcutRow() {
  const platform = useSnapshot((s) => s.platform);
  const { value, set, busy, failure } = useSetting('shortcut');
  const [recording, setRecording] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const stop = () => {
    setRecording(false);
    setProblem(null);
  };
  const press = (event: KeyboardEvent) => {
    if (!recording) return;
    const recorded = recordShortcut(event.nativeEvent, platform);
    if (recorded.kind === 'leave') return;
    // Nothing else acts on what is pressed here, the keys of the window neither.
    event.preventDefault();
    event.stopPropagation();
    if (recorded.kind === 'cancel') stop();
    if (recorded.kind === 'problem') setProblem(recorded.sentence);
    if (recorded.kind !== 'shortcut') return;
    stop();
    void set(recorded.accelerator);
  };
  const keys = shortcutWords(value, platform);
  const name = value === '' ? words.shortcutSetLabel : words.shortcutChange(keys);
  return (
    <Row
      label={words.shortcut}
      text={recording ? words.shortcutHelp : words.shortcutText}
      textId={id}
      failure={problem === null ? (recording ? null : failure) : { message: problem }}
      control={
        <>
          <Button
            ref={button}
            variant={recording ? 'light' : 'default'}
            loading={busy}
            aria-label={recording ? words.shortcutPress : name}
            aria-describedby={id}
            onClick={() => setRecording(true)}
            onKeyDown={press}
            // A button is clicked by Space when the key comes up: not the one that was just recorded.
            onKeyUp={(event) => recording && event.preventDefault()}
            onBlur={stop}
          >
            {recording ? words.shortcutPress : value === '' ? words.shortcutSet : keys}
          </Button>
          {value !== '' && !recording && (
            <Button
              variant="subtle"
              color="gray"
              aria-label={words.clearShortcut}
              onClick={() => {
                button.current?.focus();
                void set('');
              }}
            >
              {words.clear}
            </Button>
          )}
        </>
      }
    />
  );
}
