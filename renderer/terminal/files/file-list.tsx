import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useNow } from '../../store/clock.ts';
import classes from './file-list.module.css';
import { FileRow } from './file-row.tsx';
import { ListHead } from './list-head.tsx';
import { listAct } from './list-keys.ts';
import { type Entry, type Listing, parentOf, typedAhead } from './listing.ts';
import { useDrawnRows } from './use-drawn-rows.ts';
import { words } from './words.ts';

/** Height of a row, px; the same in the style sheet. */
const ROW = 28;
/** Letters that come later than this begin a new word, ms. */
const TYPING_MS = 900;

interface Props {
  listing: Listing;
  /** Those of the listing that are drawn, in order. */
  entries: readonly Entry[];
  reading: boolean;
  chosen: ReadonlySet<string>;
  onChoose: (names: ReadonlySet<string>) => void;
  onOpen: (name: string) => void;
  onFetch: (name: string) => void;
  onUp: () => void;
  /** What is said of a folder with nothing to draw. */
  nothing: ReactNode;
}

/** What is in a folder. One row has the keyboard; only those in sight, and this one, are in the document. */
export function FileList(props: Props) {
  const { listing, entries, reading, chosen, onChoose, onOpen, onFetch, onUp, nothing } = props;
  const now = useNow();
  const place = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(0);
  const rows = useDrawnRows(place, entries.length, ROW);
  const takesFocus = useRef(false);
  const typed = useRef({ text: '', at: 0 });
  const at = Math.min(cursor, Math.max(0, entries.length - 1));

  const before = useRef(listing.path);
  useLayoutEffect(() => {
    if (before.current === listing.path) return;
    // Who comes up again stands on the folder they come from.
    const from = before.current;
    const name = parentOf(from) === listing.path ? from.slice(from.lastIndexOf('/') + 1) : undefined;
    const row = Math.max(
      0,
      entries.findIndex((entry) => entry.name === name),
    );
    before.current = listing.path;
    setCursor(row);
    if (place.current !== null) place.current.scrollTop = 0;
    rows.show(row);
  });
  // After each drawing: the row that is to have the keyboard may only now be there.
  useEffect(() => {
    if (!takesFocus.current || reading) return;
    takesFocus.current = false;
    const row = place.current?.querySelector<HTMLElement>(`[data-row="${at}"]`);
    (row ?? place.current)?.focus({ preventScroll: true });
  });

  const go = (row: number): void => {
    setCursor(row);
    rows.show(row);
    takesFocus.current = true;
  };
  const toggle = (row: number, range: boolean): void => {
    const next = new Set(chosen);
    const entry = entries[row];
    if (entry === undefined || entry.kind === 'other') return;
    if (range) for (const { name, kind } of between(entries, at, row)) if (kind !== 'other') next.add(name);
    if (!range && !next.delete(entry.name)) next.add(entry.name);
    setCursor(row);
    onChoose(next);
  };
  const open = (entry: Entry | undefined): void => {
    if (entry === undefined || entry.kind === 'other') return;
    takesFocus.current = true;
    if (entry.kind === 'file') onFetch(entry.name);
    else onOpen(entry.name);
  };
  const everything = entries.filter(({ kind }) => kind !== 'other');
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const typing = typed.current.text !== '' && event.timeStamp - typed.current.at < TYPING_MS;
    const act = listAct(event, at, entries.length, rows.page, typing);
    if (act === undefined) return;
    if (act.act === 'choose-none' && chosen.size === 0) return;
    event.preventDefault();
    switch (act.act) {
      case 'move':
        if (act.choosing) toggle(act.to, true);
        go(act.to);
        break;
      case 'open':
        open(entries[at]);
        break;
      case 'choose':
        toggle(at, false);
        break;
      case 'choose-all':
        onChoose(new Set(everything.map(({ name }) => name)));
        break;
      case 'choose-none':
        onChoose(new Set());
        break;
      case 'up':
        takesFocus.current = true;
        onUp();
        break;
      case 'type': {
        const text = typing ? typed.current.text + act.text : act.text;
        typed.current = { text, at: event.timeStamp };
        // The first letter again goes to the next such name.
        const row = typedAhead(entries, typing ? at : at + 1, text);
        if (row >= 0) go(row);
        break;
      }
      default:
        act satisfies never;
    }
  };
  const drawn = rowsDrawn(rows.first, rows.end, at, entries.length);
  return (
    <div className={classes.root}>
      <ListHead
        chosen={
          everything.length > 0 && everything.every(({ name }) => chosen.has(name))
            ? 'all'
            : chosen.size > 0
              ? 'some'
              : 'none'
        }
        onChoose={(all) => onChoose(new Set(all ? everything.map(({ name }) => name) : []))}
        disabled={everything.length === 0}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the rows in it */}
      <div ref={place} className={classes.place} tabIndex={-1} onKeyDown={onKeyDown}>
        {entries.length === 0 ? (
          nothing
        ) : (
          <ul
            className={classes.list}
            style={{ height: entries.length * ROW }}
            aria-label={words.list(listing.path)}
            aria-busy={reading}
          >
            {drawn.map((row) => {
              const entry = entries[row];
              if (entry === undefined) return null;
              return (
                <FileRow
                  key={entry.name}
                  {...{ entry, now, at: row, of: entries.length, top: row * ROW, folder: listing.path }}
                  chosen={chosen.has(entry.name)}
                  current={row === at}
                  onChoose={(range) => toggle(row, range)}
                  onOpen={() => open(entry)}
                  onFetch={() => onFetch(entry.name)}
                />
              );
            })}
          </ul>
        )}
      </div>
      {listing.more && <p className={classes.note}>{words.more}</p>}
    </div>
  );
}

/** Those in sight, and the one with the keyboard wherever it is: it must not lose it by scrolling. */
function rowsDrawn(first: number, end: number, at: number, count: number): number[] {
  const rows = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  if (at < first && at < count) rows.unshift(at);
  else if (at >= end && at < count) rows.push(at);
  return rows;
}

function between(entries: readonly Entry[], a: number, b: number): readonly Entry[] {
  return entries.slice(Math.min(a, b), Math.max(a, b) + 1);
}
