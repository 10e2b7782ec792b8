import { type DragEvent, useState } from 'react';
import { MOST_DROPPED } from '../../../protocol/ipc/most-dropped.ts';
import type { Terminal } from '../../../protocol/ipc/snapshot.ts';
import { isLiveInApp } from '../../../protocol/model/grant.ts';
import { bridge } from '../../bridge.ts';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { folderOf, keepDropFailure, showFiles } from './files-store.ts';
import { words } from './words.ts';

/** Something is dragged over it that can be dropped; `why` when it can't. */
export type Over = { ok: true } | { ok: false; why: string };

/** Lets files be dropped on an element, to be sent to the terminal's target. Main asks before anything is. */
export function useFileDrop(terminal: Terminal) {
  const [over, setOver] = useState<Over | null>(null);
  const now = useNow();
  const grant = useSnapshot((s) => s.grants.find((held) => held.grant.id === terminal.grantId)?.grant);
  const found = (): Over => {
    if (terminal.status.state !== 'open') return { ok: false, why: words.notOpen };
    if (grant?.limits.sftp !== true) return { ok: false, why: words.notIncluded };
    return isLiveInApp(grant, now) ? { ok: true } : { ok: false, why: words.accessOver };
  };
  const drag = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    const at = found();
    event.dataTransfer.dropEffect = at.ok ? 'copy' : 'none';
    setOver((before) => (before?.ok === at.ok ? before : at));
  };
  return {
    over,
    handlers: {
      onDragEnter: drag,
      onDragOver: drag,
      onDragLeave: (event: DragEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(null);
      },
      onDrop: (event: DragEvent) => {
        setOver(null);
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        if (found().ok)
          void send(terminal.id, folderUnder(event) ?? folderOf(terminal.id), [...event.dataTransfer.files]);
      },
    },
  };
}

/** The folder of the list that something is dropped on. */
function folderUnder(event: DragEvent): string | undefined {
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-drop-into]') : null;
  return row?.getAttribute('data-drop-into') ?? undefined;
}

async function send(terminalId: string, folder: string, files: readonly File[]): Promise<void> {
  showFiles();
  if (files.length > MOST_DROPPED) {
    keepDropFailure(terminalId, { code: 'invalid-input', message: words.tooManyDropped(MOST_DROPPED) });
    return;
  }
  keepDropFailure(terminalId, undefined);
  const result = await bridge.sendDropped({ terminalId, folder }, files).catch(() => null);
  if (result?.ok === false) keepDropFailure(terminalId, result.error);
  if (result === null) keepDropFailure(terminalId, { code: 'internal', message: words.notDropped });
}
