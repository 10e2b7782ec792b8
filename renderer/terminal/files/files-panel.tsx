import { Button } from '@mantine/core';
import { IconDownload, IconFolderOff, IconFolderUp, IconPlugOff, IconUpload, IconX } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Terminal } from '../../../protocol/ipc/snapshot.ts';
import { isLiveInApp } from '../../../protocol/model/grant.ts';
import { sizeWords } from '../../../protocol/size.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { useAct } from '../../store/act.ts';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { DropHint } from './drop-hint.tsx';
import { FileList } from './file-list.tsx';
import classes from './files-panel.module.css';
import { toggleFiles, useDropFailure, useFilesLook } from './files-store.ts';
import { IconAct } from './icon-act.tsx';
import { joined, parentOf, shownName, sorted } from './listing.ts';
import { PathBar } from './path-bar.tsx';
import { TransferList } from './transfer-list.tsx';
import { useFileDrop } from './use-file-drop.ts';
import { useListing } from './use-listing.ts';
import { words } from './words.ts';

/** Most that main takes at once. */
const MOST_FETCHED = 100;

/** The files of the target that the terminal is on: to look at, fetch and send. */
export function FilesPanel({ terminal }: { terminal: Terminal }) {
  const grant = useSnapshot((s) => s.grants.find((held) => held.grant.id === terminal.grantId)?.grant);
  const open = terminal.status.state === 'open';
  const { over, handlers } = useFileDrop(terminal);
  return (
    <aside className={classes.root} aria-label={words.title(terminal.title)} {...handlers}>
      <header className={classes.head}>
        <h2 className={classes.heading}>{words.heading}</h2>
        <span className={classes.where}>{terminal.title}</span>
        <IconAct label={words.close} onClick={toggleFiles}>
          <IconX size={14} />
        </IconAct>
      </header>
      {grant?.limits.sftp === false ? (
        <EmptyState icon={<IconFolderOff size={20} stroke={1.6} />} title={words.notIncluded}>
          {words.notIncludedText}
        </EmptyState>
      ) : open ? (
        <Browser terminal={terminal} />
      ) : (
        <EmptyState icon={<IconPlugOff size={20} stroke={1.6} />} title={words.notOpen}>
          {words.notOpenText}
        </EmptyState>
      )}
      <TransferList terminalId={terminal.id} />
      <DropHint over={over} to={words.thisFolder} />
    </aside>
  );
}

function Browser({ terminal }: { terminal: Terminal }) {
  const { id } = terminal;
  const folder = useListing(id, true);
  const { listing } = folder;
  const { hidden, sort } = useFilesLook();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const now = useNow();
  const live = useSnapshot((s) =>
    s.grants.some(({ grant }) => grant.id === terminal.grantId && isLiveInApp(grant, now)),
  );
  const uploading = useAct('files.upload');
  const downloading = useAct('files.download');
  const dropFailure = useDropFailure(id);
  const path = listing?.path;
  // biome-ignore lint/correctness/useExhaustiveDependencies: in another folder nothing is chosen yet
  useEffect(() => setChosen(new Set()), [path]);
  useSeenUploads(id, () => {
    if (path !== undefined) folder.go(path);
  });
  const entries = useMemo(() => sorted(listing?.entries ?? [], hidden, sort), [listing, hidden, sort]);
  const picked = useMemo(() => entries.filter((e) => chosen.has(e.name)), [entries, chosen]);
  const fetch = (names: readonly string[]) => {
    if (path === undefined || names.length === 0) return;
    void downloading.run({ terminalId: id, paths: names.map((name) => joined(path, name)) });
    setChosen(new Set());
  };
  const send = (what: 'files' | 'folder') => {
    if (path !== undefined) void uploading.run({ terminalId: id, folder: path, what });
  };
  const tooMany = picked.length > MOST_FETCHED;
  return (
    <>
      <PathBar folder={folder} />
      <FailureLine failure={shownFailure(folder.failure ?? dropFailure ?? downloading.failure ?? uploading.failure)} />
      {!live && <p className={classes.note}>{words.draining}</p>}
      {listing === null ? (
        <p className={classes.nothing}>{folder.reading ? words.reading : ''}</p>
      ) : (
        <FileList
          {...{ listing, entries, chosen, reading: folder.reading, onChoose: setChosen }}
          onOpen={(name) => folder.go(joined(listing.path, name))}
          onFetch={(name) => live && fetch([name])}
          onUp={() => folder.go(parentOf(listing.path))}
          nothing={<p className={classes.nothing}>{listing.entries.length > 0 ? words.onlyHidden : words.empty}</p>}
        />
      )}
      <div className={classes.acts}>
        <Button
          size="compact-sm"
          leftSection={<IconDownload size={14} />}
          disabled={!live || picked.length === 0 || tooMany}
          title={tooMany ? words.tooManyChosen(MOST_FETCHED) : undefined}
          loading={downloading.busy}
          onClick={() => fetch(picked.map((e) => e.name))}
        >
          {words.downloadCount(picked.length)}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconUpload size={14} />}
          disabled={!live || path === undefined}
          loading={uploading.busy}
          onClick={() => send('files')}
        >
          {words.upload}
        </Button>
        <IconAct label={words.uploadFolder} disabled={!live || path === undefined} onClick={() => send('folder')}>
          <IconFolderUp size={16} />
        </IconAct>
        <span className={classes.count} aria-live="polite">
          {tooMany
            ? words.tooManyChosen(MOST_FETCHED)
            : picked.length > 0
              ? words.chosenOf(picked.length, sizeWords(picked.reduce((sum, e) => sum + e.bytes, 0)))
              : listing === null
                ? ''
                : words.count(entries.length, listing.entries.length - entries.length)}
        </span>
      </div>
    </>
  );
}

/** A target's names are in its sentences too. */
function shownFailure(failure: { message: string } | null): { message: string } | null {
  return failure === null ? null : { message: shownName(failure.message) };
}

/** Calls back when another file has arrived on the target. */
function useSeenUploads(terminalId: string, onArrived: () => void): void {
  const arrived = useSnapshot(
    (s) =>
      s.transfers.filter((t) => t.terminalId === terminalId && t.direction === 'upload' && t.status.state === 'done')
        .length,
  );
  const seen = useRef(arrived);
  const told = useRef(onArrived);
  told.current = onArrived;
  useEffect(() => {
    if (arrived > seen.current) told.current();
    seen.current = arrived;
  }, [arrived]);
}
