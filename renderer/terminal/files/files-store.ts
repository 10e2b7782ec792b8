import { create } from 'zustand';
import type { Failure } from '../../../protocol/errors.ts';
import { activeTerminal } from '../tab-store.ts';
import { drawnView } from '../views.ts';
import type { Sort } from './listing.ts';

interface FilesState {
  shown: boolean;
  /** The folder that was last looked at in each terminal. */
  folders: Readonly<Record<string, string>>;
  hidden: boolean;
  sort: Sort;
  /** Why what was dropped on a terminal was not sent, by the terminal. */
  dropFailures: Readonly<Record<string, Failure | undefined>>;
}

const store = create<FilesState>(() => ({
  ...{ shown: false, folders: {}, dropFailures: {} },
  ...{ hidden: false, sort: { by: 'name', down: false } },
}));

export function useFilesShown(): boolean {
  return store((s) => s.shown);
}

/** Shows the files beside the terminals, or gives the keyboard back to the terminal. */
export function toggleFiles(): void {
  const shown = !store.getState().shown;
  store.setState({ shown });
  if (!shown) drawnView(activeTerminal()?.id)?.focus();
}

export function showFiles(): void {
  store.setState({ shown: true });
}

/** '.' is where SFTP begins. */
export function folderOf(terminalId: string): string {
  return store.getState().folders[terminalId] ?? '.';
}

export function keepFolder(terminalId: string, path: string): void {
  store.setState(({ folders }) => ({ folders: { ...folders, [terminalId]: path } }));
}

/** How folders are drawn, in every terminal. */
export function useFilesLook(): Pick<FilesState, 'hidden' | 'sort'> {
  const hidden = store((s) => s.hidden);
  const sort = store((s) => s.sort);
  return { hidden, sort };
}

export function toggleHidden(): void {
  store.setState(({ hidden }) => ({ hidden: !hidden }));
}

/** Sorts by it, or the other way round when it is sorted by it already. */
export function sortBy(by: Sort['by']): void {
  store.setState(({ sort }) => ({ sort: { by, down: sort.by === by ? !sort.down : by !== 'name' } }));
}

export function useDropFailure(terminalId: string): Failure | null {
  return store((s) => s.dropFailures[terminalId] ?? null);
}

export function keepDropFailure(terminalId: string, failure: Failure | undefined): void {
  store.setState(({ dropFailures }) => ({ dropFailures: { ...dropFailures, [terminalId]: failure } }));
}
