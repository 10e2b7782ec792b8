import { Checkbox } from '@mantine/core';
import { IconDeviceFloppy, IconFile, IconFolder, IconLink } from '@tabler/icons-react';
import { moveFocus } from '../../components/move-focus.ts';
import { useNow } from '../../store/clock.ts';
import { dayAndTime, fullMoment } from '../../words/moments.ts';
import classes from './files-panel.module.css';
import { type Entry, type Listing, shownName, sizeWords } from './listing.ts';
import { words } from './words.ts';

interface Props {
  listing: Listing | null;
  /** Those of the listing that are drawn, in order. */
  entries: readonly Entry[];
  reading: boolean;
  chosen: ReadonlySet<string>;
  onChoose: (names: ReadonlySet<string>) => void;
  onOpen: (name: string) => void;
  onFetch: (name: string) => void;
}

/** What is in a folder. A folder is opened by a click, a file chosen by one and fetched by two. */
export function FileList({ listing, entries, reading, chosen, onChoose, onOpen, onFetch }: Props) {
  const now = useNow();
  if (listing === null) return <p className={classes.nothing}>{reading ? words.reading : ''}</p>;
  if (entries.length === 0) {
    return <p className={classes.nothing}>{listing.entries.length > 0 ? words.onlyHidden : words.empty}</p>;
  }
  const choose = ({ name }: Entry) => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    onChoose(next);
  };
  return (
    <ul
      className={classes.list}
      aria-label={words.list(listing.path)}
      aria-busy={reading}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        moveFocus(event.currentTarget, '[data-entry]', event.key === 'ArrowDown' ? 1 : -1);
      }}
    >
      {entries.map((entry) => (
        <li key={entry.name} className={classes.entry} data-chosen={chosen.has(entry.name) || undefined}>
          {entry.kind === 'other' ? (
            <span className={classes.noBox} />
          ) : (
            <Checkbox
              aria-label={words.choose(shownName(entry.name))}
              checked={chosen.has(entry.name)}
              onChange={() => choose(entry)}
            />
          )}
          <Name entry={entry} onChoose={() => choose(entry)} onOpen={onOpen} onFetch={onFetch} />
          <span className={classes.size}>{entry.kind === 'file' ? sizeWords(entry.bytes) : ''}</span>
          <time
            className={classes.time}
            dateTime={new Date(entry.modifiedAt).toISOString()}
            title={fullMoment(entry.modifiedAt)}
          >
            {dayAndTime(entry.modifiedAt, now)}
          </time>
        </li>
      ))}
      {listing.more && <li className={classes.note}>{words.more}</li>}
    </ul>
  );
}

interface NameProps {
  entry: Entry;
  onChoose: () => void;
  onOpen: (name: string) => void;
  onFetch: (name: string) => void;
}

function Name({ entry, onChoose, onOpen, onFetch }: NameProps) {
  const { name, kind } = entry;
  const shown = shownName(name);
  // A link may lead to a folder; where it does not, the target says so.
  const opens = kind === 'folder' || kind === 'link';
  return (
    <button
      type="button"
      data-entry
      className={classes.name}
      title={shown}
      aria-label={opens ? words.open(shown) : `${shown}, ${words.kinds[kind]}`}
      disabled={kind === 'other'}
      onClick={() => (opens ? onOpen(name) : onChoose())}
      onDoubleClick={() => kind === 'file' && onFetch(name)}
    >
      <KindIcon kind={kind} />
      <bdi>{shown}</bdi>
    </button>
  );
}

function KindIcon({ kind }: Pick<Entry, 'kind'>) {
  const size = { size: 15, stroke: 1.7, 'aria-hidden': true } as const;
  switch (kind) {
    case 'file':
      return <IconFile {...size} />;
    case 'folder':
      return <IconFolder {...size} data-folder />;
    case 'link':
      return <IconLink {...size} />;
    case 'other':
      return <IconDeviceFloppy {...size} />;
    default:
      return kind satisfies never;
  }
}
