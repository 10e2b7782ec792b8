import { CloseButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, type Ref, useEffect } from 'react';
import { LIST_ID, optionId } from './open-ask.ts';
import classes from './search-field.module.css';
import { words } from './words.ts';

interface Props {
  ref: Ref<HTMLInputElement>;
  value: string;
  onChange(text: string): void;
  onMove(step: number): void;
  /** @param all ask for all that are picked, not for the one in front */
  onChoose(all: boolean): void;
  onFavourite(): void;
  /** What Esc leaves when nothing is searched; null when that is the window's own. */
  onLeave: (() => void) | null;
  /** Which target Enter would take. */
  active: number | null;
}

/** Steers the list of targets: arrows choose, Enter asks, Ctrl/Cmd-D keeps as a favourite, Esc empties it. Takes what is typed anywhere on the page. */
export function SearchField({ ref, value, onChange, onMove, onChoose, onFavourite, onLeave, active }: Props) {
  useTypingFromAnywhere();
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      onMove(step);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      onChoose(event.ctrlKey || event.metaKey);
    } else if (event.key.toLowerCase() === 'd' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (active !== null) onFavourite();
    } else if (event.key === 'Escape' && value !== '') {
      event.preventDefault();
      onChange('');
    } else if (event.key === 'Escape' && onLeave !== null) {
      event.preventDefault();
      onLeave();
    }
  };
  return (
    <div className={classes.root}>
      <IconSearch size={16} stroke={1.8} className={classes.icon} aria-hidden />
      <input
        ref={ref}
        id="search"
        className={classes.input}
        type="text"
        role="combobox"
        aria-label={words.search}
        aria-expanded
        aria-controls={LIST_ID}
        aria-autocomplete="list"
        aria-activedescendant={active === null ? undefined : optionId(active)}
        placeholder={words.search}
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={press}
      />
      {value !== '' && (
        <CloseButton size="sm" className={classes.clear} aria-label={words.clear} onClick={() => onChange('')} />
      )}
    </div>
  );
}

function useTypingFromAnywhere(): void {
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select')) return;
      document.getElementById('search')?.focus({ preventScroll: true });
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
