import { Checkbox } from '@mantine/core';
import { IconDeviceFloppy, IconFile, IconFolder, IconLink } from '@tabler/icons-react';
import { sizeWords } from '../../../protocol/size.ts';
import { fullMoment } from '../../words/moments.ts';
import classes from './file-list.module.css';
import { changedWords, type Entry, joined, permissionWords, shownName, tailOf } from './listing.ts';
import { words } from './words.ts';

interface Props {
  entry: Entry;
  folder: string;
  /** Its place among all, from 0, and how many there are. */
  at: number;
  of: number;
  /** From the top of the list, px. */
  top: number;
  chosen: boolean;
  /** The keyboard is on it. */
  current: boolean;
  now: number;
  onChoose: (range: boolean) => void;
  onOpen: () => void;
  onFetch: () => void;
}

/** One file or folder. A folder is opened by a click, a file chosen by one and fetched by two. */
export function FileRow({ entry, folder, at, of, top, chosen, current, now, onChoose, onOpen, onFetch }: Props) {
  const { name, kind, permissions } = entry;
  const shown = shownName(name);
  const [head, tail] = tailOf(shown);
  // A link may lead to a folder; where it does not, the target says so.
  const opens = kind === 'folder' || kind === 'link';
  const may = permissionWords(permissions);
  const size = kind === 'file' ? sizeWords(entry.bytes) : '';
  return (
    <li
      className={classes.entry}
      style={{ top }}
      data-chosen={chosen || undefined}
      data-drop-into={kind === 'folder' ? joined(folder, name) : undefined}
      aria-setsize={of}
      aria-posinset={at + 1}
    >
      {kind === 'other' ? (
        <span className={classes.noBox} />
      ) : (
        <Checkbox
          size="xs"
          tabIndex={-1}
          aria-label={words.choose(shown)}
          checked={chosen}
          onChange={(event) => onChoose((event.nativeEvent as MouseEvent).shiftKey)}
        />
      )}
      <button
        type="button"
        data-row={at}
        className={classes.name}
        tabIndex={current ? 0 : -1}
        title={[shown, size, may, fullMoment(entry.modifiedAt)].filter((part) => part !== '').join('\n')}
        aria-label={opens ? words.open(shown) : `${shown}, ${words.kinds[kind]}${size === '' ? '' : `, ${size}`}`}
        aria-disabled={kind === 'other' || undefined}
        onClick={(event) => {
          if (opens) onOpen();
          else if (kind === 'file') onChoose(event.shiftKey);
        }}
        onDoubleClick={() => kind === 'file' && onFetch()}
      >
        <KindIcon kind={kind} />
        <bdi className={classes.letters}>
          <span className={classes.headOfName}>{head}</span>
          {tail !== '' && <span className={classes.tailOfName}>{tail}</span>}
        </bdi>
      </button>
      <span className={classes.size}>{size}</span>
      <span className={classes.may}>{may}</span>
      <time className={classes.time} dateTime={new Date(entry.modifiedAt).toISOString()}>
        {changedWords(entry.modifiedAt, now)}
      </time>
    </li>
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
