import { VisuallyHidden } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import { FailureLine } from '../components/failure-line.tsx';
import { useComputerNow } from '../store/clock.ts';
import { useSnapshot } from '../store/snapshot.ts';
import type { PaletteCommand } from './command.ts';
import { commandsOf } from './commands.ts';
import classes from './palette.module.css';
import { PaletteList } from './palette-list.tsx';
import { rankCommands } from './rank.ts';
import { useRecent } from './recent.ts';
import { type Place, usePerform } from './use-perform.ts';
import { words } from './words.ts';

/** The most lines that are drawn; who has more types. */
const MOST_SHOWN = 60;

interface Props {
  window: 'popover' | 'terminal';
  place: Place;
  /** Commands of this window alone, offered first. */
  own: readonly PaletteCommand[];
  onClose(): void;
}

/** Everything one may do, found by typing: arrows choose, Enter does it, Esc leaves. */
export default function Palette({ window: kind, place, own, onClose }: Props) {
  const snapshot = useSnapshot((s) => s);
  const minute = Math.floor(useComputerNow() / 60_000) * 60_000;
  const recent = useRecent((s) => s.ids);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Not later: an element that has left the page cannot give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // Gives the focus back to what had it.
    return () => element?.close();
  }, []);
  const { perform, busy, failure, said } = usePerform(place, () => {
    // Before anything is shown: under an open dialog nothing else can take the focus.
    dialog.current?.close();
    onClose();
  });
  const found = rankCommands([...own, ...commandsOf(snapshot, minute, kind)], query, recent);
  const shown = found.slice(0, MOST_SHOWN);
  const active = Math.min(chosen, Math.max(shown.length - 1, 0));
  const choose = (command: PaletteCommand | undefined) => {
    if (command !== undefined && !busy) void perform(command);
  };
  const press = (event: KeyboardEvent) => {
    // Nothing pressed here is for the page below.
    event.nativeEvent.stopImmediatePropagation();
    if (event.nativeEvent.isComposing) return;
    const next = stepOf(event.key, active, shown.length);
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter') choose(shown[active]);
    else if (next !== undefined) setChosen(next);
    else if (event.key !== 'Tab') return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      className={classes.dialog}
      aria-label={words.title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={press}
      onPointerDown={(event) => event.target === event.currentTarget && onClose()}
    >
      <div className={classes.box}>
        <div className={classes.head}>
          <IconSearch size={16} stroke={1.8} className={classes.search} aria-hidden />
          <input
            autoFocus
            className={classes.input}
            type="text"
            role="combobox"
            aria-label={words.placeholder}
            aria-expanded={shown.length > 0}
            aria-controls={shown.length > 0 ? id : undefined}
            aria-autocomplete="list"
            aria-activedescendant={shown.length > 0 ? `${id}-${active}` : undefined}
            placeholder={words.placeholder}
            autoComplete="off"
            autoCorrect="off"
            spellCheck={false}
            value={query}
            onChange={(event) => {
              setQuery(event.currentTarget.value);
              setChosen(0);
            }}
          />
        </div>
        {shown.length > 0 && (
          <PaletteList
            id={id}
            commands={shown}
            recent={query.trim() === '' ? recent : null}
            active={active}
            onPoint={setChosen}
            onChoose={choose}
          />
        )}
        {found.length === 0 && <p className={classes.nothing}>{words.nothing(query.trim())}</p>}
        {failure !== null && (
          <div className={classes.foot}>
            <FailureLine failure={failure} />
          </div>
        )}
        {said !== null && (
          <p className={classes.foot} role="status">
            {said}
          </p>
        )}
        <VisuallyHidden role="status">
          {query.trim() !== '' &&
            said === null &&
            (found.length === 0 ? words.nothing(query) : words.count(found.length))}
        </VisuallyHidden>
      </div>
    </dialog>
  );
}

/** Where a key moves the choice: arrows go round, a page stays inside. */
function stepOf(key: string, at: number, length: number): number | undefined {
  if (length === 0) return undefined;
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % length;
    case 'ArrowUp':
      return (at + length - 1) % length;
    case 'PageDown':
      return Math.min(at + 8, length - 1);
    case 'PageUp':
      return Math.max(at - 8, 0);
    default:
      return undefined;
  }
}
