import { create } from 'zustand';
import { activeTerminal } from '../tab-store.ts';
import { drawnView } from '../views.ts';

interface FilesState {
  shown: boolean;
  /** The folder that was last looked at in each terminal. */
  folders: Readonly<Record<string, string>>;
}

const store = create<FilesState>(() => ({ shown: false, folders: {} }));

export function useFilesShown(): boolean {
  return store((s) => s.shown);
}

/** Shows the files beside the terminals, or gives the keyboard back to the terminal. */
export function toggleFiles(): void {
  const shown = !store.getState().shown;
  store.setState({ shown });
  if (!shown) drawnView(activeTerminal()?.id)?.focus();
}

/** '.' is where SFTP begins. */
export function folderOf(terminalId: string): string {
  return store.getState().folders[terminalId] ?? '.';
}

export function keepFolder(terminalId: string, path: string): void {
  store.setState(({ folders }) => ({ folders: { ...folders, [terminalId]: path } }));
}
