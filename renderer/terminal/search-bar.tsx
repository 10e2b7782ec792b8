import { ActionIcon } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconLetterCase, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import classes from './search-bar.module.css';
import { drawnView, endSearch, useNotes } from './views.ts';
import { words } from './words.ts';

/** Finds text in one terminal. Enter goes up, to what is older; Shift-Enter down; Esc leaves. */
export function SearchBar({ id }: { id: string }) {
  const [wanted, setWanted] = useState({ text: drawnView(id)?.selection().split('\n')[0] ?? '', caseSensitive: false });
  const { found } = useNotes(id);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    drawnView(id)?.search.begin(wanted);
  }, [id, wanted]);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const older = () => drawnView(id)?.search.older(wanted);
  const newer = () => drawnView(id)?.search.newer(wanted);
  return (
    <search
      className={classes.root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        endSearch(id);
      }}
    >
      <input
        ref={field}
        type="text"
        className={classes.field}
        data-search={id}
        aria-label={words.findLabel}
        placeholder={words.findLabel}
        spellCheck={false}
        value={wanted.text}
        onChange={(event) => setWanted({ ...wanted, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          if (event.shiftKey) newer();
          else older();
        }}
      />
      <output className={classes.count} data-none={found.count === 0 || undefined}>
        {wanted.text === '' ? '' : words.found(found.index, found.count)}
      </output>
      <Act label={words.older} onClick={older}>
        <IconChevronUp size={15} />
      </Act>
      <Act label={words.newer} onClick={newer}>
        <IconChevronDown size={15} />
      </Act>
      <ActionIcon
        variant={wanted.caseSensitive ? 'light' : 'subtle'}
        color={wanted.caseSensitive ? 'accent' : 'gray'}
        aria-label={words.caseSensitive}
        aria-pressed={wanted.caseSensitive}
        title={words.caseSensitive}
        size={24}
        onClick={() => setWanted({ ...wanted, caseSensitive: !wanted.caseSensitive })}
      >
        <IconLetterCase size={16} />
      </ActionIcon>
      <Act label={words.endSearch} onClick={() => endSearch(id)}>
        <IconX size={15} />
      </Act>
    </search>
  );
}

function Act({ label, onClick, children }: { label: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <ActionIcon variant="subtle" color="gray" size={24} aria-label={label} title={label} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}
