import { type BrowserWindow, dialog, type MessageBoxOptions, type OpenDialogOptions } from 'electron';
import type { SendingQuestion } from './terminal/files/files.ts';
import { sendingWords } from './terminal/files/sending-words.ts';

/** Where the person says which files of this computer go to a target and come from one: no page names any. */
export class FileDialogs {
  readonly #parent: () => BrowserWindow | undefined;

  /** @param parent the window that waits for the answer, if it is there */
  constructor(parent: () => BrowserWindow | undefined) {
    this.#parent = parent;
  }

  /** Has the person choose files or folders. Their paths; none when they changed their mind. */
  askFilesToSend(what: 'files' | 'folder'): Promise<string[]> {
    return this.#choose({
      title: what === 'files' ? 'Files to send' : 'Folders to send',
      buttonLabel: 'Send',
      properties: [
        what === 'files' ? 'openFile' : 'openDirectory',
        'multiSelections',
        'showHiddenFiles',
        'dontAddToRecent',
      ],
    });
  }

  /** Has the person choose a folder, null when they changed their mind. */
  async askFolderToSaveIn(): Promise<string | null> {
    const [folder] = await this.#choose({
      title: 'Where to save',
      buttonLabel: 'Save here',
      properties: ['openDirectory', 'createDirectory', 'dontAddToRecent'],
    });
    return folder ?? null;
  }

  /** Asks whether to send what was dropped, by name. */
  async confirmSending(question: SendingQuestion): Promise<boolean> {
    const options: MessageBoxOptions = {
      type: 'question',
      ...sendingWords(question),
      buttons: ['Send', 'Cancel'],
      // Who types in a terminal presses Enter all the time: it must not send what a page makes main ask about.
      ...{ defaultId: 1, cancelId: 1, noLink: true },
    };
    const parent = this.#parent();
    const answer = parent ? answered(parent, dialog.showMessageBox(parent, options)) : dialog.showMessageBox(options);
    return (await answer)?.response === 0;
  }

  async #choose(options: OpenDialogOptions): Promise<string[]> {
    const parent = this.#parent();
    const chosen = await (parent
      ? answered(parent, dialog.showOpenDialog(parent, options))
      : dialog.showOpenDialog(options));
    return chosen === undefined || chosen.canceled ? [] : chosen.filePaths;
  }
}

/** A dialog of a window that is there no more may never say so, and no other is asked before it does. */
async function answered<T>(parent: BrowserWindow, dialog: Promise<T>): Promise<T | undefined> {
  let closed = (): void => undefined;
  const gone = new Promise<undefined>((resolve) => {
    closed = () => resolve(undefined);
    parent.once('closed', closed);
  });
  try {
    return await Promise.race([dialog, gone]);
  } finally {
    parent.off('closed', closed);
  }
}
