import { ActionIcon, Button } from '@mantine/core';
import { IconArrowUp, IconDownload, IconEye, IconHome, IconRefresh, IconUpload, IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Terminal } from '../../../protocol/ipc/snapshot.ts';
import { isLiveInApp } from '../../../protocol/model/grant.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { useAct } from '../../store/act.ts';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { FileList } from './file-list.tsx';
import classes from './files-panel.module.css';
import { toggleFiles } from './files-store.ts';
import { joined, parentOf, sorted } from './listing.ts';
import { TransferList } from './transfer-list.tsx';
import { type Folder, useListing } from './use-listing.ts';
import { words } from './words.ts';

/** The files of the target that the terminal is on: to look at, fetch and send. */
export function FilesPanel({ terminal }: { terminal: Terminal }) {
  const grant = useSnapshot((s) => s.grants.find((held) => held.grant.id === terminal.grantId)?.grant);
  const open = terminal.status.state === 'open';
  return (
    <aside className={classes.root} aria-label={words.title(terminal.title)}>
      <header className={classes.head}>
        <h2 className={classes.heading}>{words.heading}</h2>
        <span className={classes.where}>{terminal.title}</span>
        <Icon label={words.close} onClick={toggleFiles}>
          <IconX size={14} />
        </Icon>
      </header>
      {grant?.limits.sftp === false ? (
        <EmptyState icon={<IconX size={20} stroke={1.6} />} title={words.notIncluded}>
          {words.notIncludedText}
        </EmptyState>
      ) : open ? (
        <Browser terminal={terminal} />
      ) : (
        <EmptyState icon={<IconX size={20} stroke={1.6} />} title={words.notOpen}>
          {words.notOpenText}
        </EmptyState>
      )}
      <TransferList terminalId={terminal.id} />
    </aside>
  );
}

function Browser({ terminal }: { terminal: Terminal }) {
  const { id } = terminal;
  const folder = useListing(id, true);
  const { listing } = folder;
  const [hidden, setHidden] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const now = useNow();
  const live = useSnapshot((s) =>
    s.grants.some(({ grant }) => grant.id === terminal.grantId && isLiveInApp(grant, now)),
  );
  const uploading = useAct('files.upload');
  const downloading = useAct('files.download');
  const path = listing?.path;
  // biome-ignore lint/correctness/useExhaustiveDependencies: in another folder nothing is chosen yet
  useEffect(() => setChosen(new Set()), [path]);
  useSeenUploads(id, () => {
    if (path !== undefined) folder.go(path);
  });
  const entries = sorted(listing?.entries ?? [], hidden);
  const picked = entries.filter((e) => chosen.has(e.name));
  const fetch = (names: readonly string[]) => {
    if (path === undefined || names.length === 0) return;
    void downloading.run({ terminalId: id, paths: names.slice(0, 100).map((name) => joined(path, name)) });
    setChosen(new Set());
  };
  return (
    <>
      <PathBar folder={folder} hidden={hidden} onHidden={() => setHidden(!hidden)} />
      <FailureLine failure={folder.failure ?? downloading.failure ?? uploading.failure} />
      {!live && <p className={classes.note}>{words.draining}</p>}
      <FileList
        listing={listing}
        entries={entries}
        reading={folder.reading}
        chosen={chosen}
        onChoose={setChosen}
        onOpen={(name) => path !== undefined && folder.go(joined(path, name))}
        onFetch={(name) => live && fetch([name])}
      />
      <div className={classes.acts}>
        <Button
          size="compact-sm"
          leftSection={<IconDownload size={14} />}
          disabled={!live || picked.length === 0}
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
          onClick={() => path !== undefined && void uploading.run({ terminalId: id, folder: path })}
        >
          {words.upload}
        </Button>
      </div>
    </>
  );
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

function PathBar({ folder, hidden, onHidden }: { folder: Folder; hidden: boolean; onHidden: () => void }) {
  const path = folder.listing?.path ?? '';
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <form
      className={classes.path}
      onSubmit={(event) => {
        event.preventDefault();
        folder.go((typed ?? path).trim() || '.');
        setTyped(null);
      }}
    >
      <Icon label={words.up} disabled={path === '' || path === '/'} onClick={() => folder.go(parentOf(path))}>
        <IconArrowUp size={15} />
      </Icon>
      <Icon label={words.home} onClick={() => folder.go('.')}>
        <IconHome size={15} />
      </Icon>
      <input
        type="text"
        aria-label={words.path}
        spellCheck={false}
        maxLength={4096}
        value={typed ?? path}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setTyped(null);
        }}
      />
      <Icon label={words.hidden} pressed={hidden} onClick={onHidden}>
        <IconEye size={15} />
      </Icon>
      <Icon label={words.refresh} onClick={() => folder.go(path || '.')}>
        <IconRefresh size={15} className={folder.reading ? classes.turning : undefined} />
      </Icon>
    </form>
  );
}

interface IconProps {
  label: string;
  disabled?: boolean;
  pressed?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Icon({ label, disabled = false, pressed, onClick, children }: IconProps) {
  return (
    <ActionIcon
      type="button"
      variant={pressed ? 'light' : 'subtle'}
      color={pressed ? 'accent' : 'gray'}
      size={26}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
}
