import { AppError } from '../../../protocol/errors.ts';
import type { CommandOutput } from '../../../protocol/ipc/commands.ts';
import type { DroppedFiles } from '../../../protocol/ipc/dropped-files.ts';
import type { Store } from '../../store.ts';
import type { Terminals } from '../terminals.ts';
import { kindOf, permissionsOf, sizeOf } from './attributes.ts';
import { download } from './download.ts';
import { remoteName } from './names.ts';
import { type Place, removeLeftovers } from './parts.ts';
import { type Sendable, sendable } from './sendable.ts';
import { Sftp } from './sftp.ts';
import { type Outcome, type Task, Transfers } from './transfers.ts';
import type { Unfinished } from './unfinished.ts';
import { upload } from './upload.ts';
import { uploadFolder } from './upload-folder.ts';

/** What the person is asked before something dropped is sent. */
export interface SendingQuestion {
  /** Login and target. */
  to: string;
  /** Its real path there. */
  folder: string;
  items: readonly Sendable[];
}

interface FilesOptions {
  store: Store;
  terminals: Pick<Terminals, 'connection'>;
  unfinished: Unfinished;
  /** Whether something new may be opened with the grant. */
  mayUse: (grantId: string) => boolean;
  /** Whether bytes of what is open may pass. */
  mayPass: (grantId: string) => boolean;
  /** Has the person choose files of this computer, or folders; their paths, none when they changed their mind. */
  askFilesToSend: (what: 'files' | 'folder') => Promise<string[]>;
  /** Has the person choose a folder of this computer, null when they changed their mind. */
  askFolderToSaveIn: () => Promise<string | null>;
  /** Asks the person, in a dialog of main's that names the files, whether to send what was dropped. */
  confirmSending: (question: SendingQuestion) => Promise<boolean>;
  onProblem: (error: unknown) => void;
}

interface Ready extends Omit<Place, 'sftp'> {
  /** The end of the terminal. */
  signal: AbortSignal;
  check: () => void;
}

/** The files of a terminal's target, over a second channel of the terminal's own connection. */
export class Files {
  readonly #options: FilesOptions;
  readonly #transfers: Transfers;
  /** SFTP of each connection, by the signal that says when it is over. */
  readonly #opened = new WeakMap<AbortSignal, Promise<Sftp>>();
  /** A dialog or question is before the person. */
  #asking = false;

  constructor(options: FilesOptions) {
    this.#options = options;
    this.#transfers = new Transfers(options);
  }

  /** @param path '.' is where SFTP begins. @throws AppError */
  async list(terminalId: string, path: string): Promise<CommandOutput<'files.list'>> {
    const { sftp } = await this.#reach(terminalId);
    const real = await sftp.realPath(path);
    const { entries, more } = await sftp.list(real);
    return {
      path: real,
      entries: entries.map(({ name, attrs }) => ({
        name,
        kind: kindOf(attrs),
        bytes: sizeOf(attrs),
        modifiedAt: (attrs.mtime || 0) * 1000,
        permissions: permissionsOf(attrs),
      })),
      more,
    };
  }

  /** Asks the person which files or folders, and begins to send them. @throws AppError */
  async upload(terminalId: string, folder: string, what: 'files' | 'folder'): Promise<void> {
    const ready = await this.#ready(terminalId, folder);
    const paths = await this.#ask(() => this.#options.askFilesToSend(what));
    this.#send(terminalId, await sendable(paths), ready);
  }

  /** Asks the person whether to send what they dropped, and begins to. @throws AppError */
  async sendDropped({ terminalId, folder, paths }: DroppedFiles): Promise<void> {
    const ready = await this.#ready(terminalId, folder);
    if (paths.length === 0) throw new AppError('invalid-input', 'What was dropped is no file of this computer.');
    const items = await sendable(paths);
    const question = { to: ready.at, folder: ready.folder, items };
    if (await this.#ask(() => this.#options.confirmSending(question))) this.#send(terminalId, items, ready);
  }

  /** One dialog at a time: a page must not stack them before the person, who would answer one for another. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#asking) {
      throw new AppError('wrong-state', 'A question about other files is still open. Answer that one first.');
    }
    this.#asking = true;
    try {
      return await question();
    } finally {
      this.#asking = false;
    }
  }

  #send(terminalId: string, items: readonly Sendable[], { signal, check, ...where }: Ready): void {
    for (const item of items) {
      const { name, kind } = item;
      this.#transfers.add({
        ...{ terminalId, direction: 'upload', name, totalBytes: null, signal, check },
        run: async (task) => {
          const place: Place = { ...where, sftp: (await this.#reach(terminalId)).sftp };
          const cleared = await this.#clear(place, task);
          if (kind === 'folder') return also(await uploadFolder(place, item, task), cleared);
          await upload(place, item, task);
          return { sentence: cleared, whole: true };
        },
      });
    }
  }

  /** Removes what uploads that were cut have left there. @returns what there is to say of it */
  async #clear(place: Place, task: Task): Promise<string> {
    try {
      const names = await removeLeftovers(place, task);
      return names.length === 0 ? '' : `Removed ${names.join(', ')}, left by an upload that was cut.`;
    } catch (error) {
      task.check();
      this.#options.onProblem(error);
      return '';
    }
  }

  /** Asks the person where to, and begins to fetch. @throws AppError */
  async download(terminalId: string, paths: readonly string[]): Promise<void> {
    const { signal, check } = await this.#ready(terminalId, '.');
    const into = await this.#ask(() => this.#options.askFolderToSaveIn());
    if (into === null) return;
    for (const path of paths) {
      this.#transfers.add({
        ...{ terminalId, direction: 'download', name: remoteName(path) || '/', totalBytes: null, signal, check },
        run: async (task) => download((await this.#reach(terminalId)).sftp, path, into, task),
      });
    }
  }

  cancel(id: string): void {
    this.#transfers.cancel(id);
  }

  /** The finished ones of a terminal are shown no more. */
  forget(terminalId: string): void {
    this.#options.store.apply({ kind: 'transfers-forgotten', terminalId });
  }

  /** What a transfer needs, looked at before the person is asked anything. */
  async #ready(terminalId: string, path: string): Promise<Ready> {
    const { store, unfinished, mayPass } = this.#options;
    const { sftp, grantId, signal } = await this.#reach(terminalId);
    const at = store.state.terminals.find((t) => t.id === terminalId)?.title ?? '';
    const folder = await sftp.realPath(path);
    const check = (): void => {
      if (!mayPass(grantId)) throw new AppError('grant-not-live', 'This access is over.');
    };
    return { at, folder, unfinished, signal, check };
  }

  async #reach(terminalId: string): Promise<{ sftp: Sftp; grantId: string; signal: AbortSignal }> {
    const { store, terminals, mayUse } = this.#options;
    const { grantId, connection, signal } = terminals.connection(terminalId);
    if (!mayUse(grantId)) throw new AppError('grant-not-live', 'This access is over; no new files can be asked for.');
    // The gateway refuses it too; a direct target knows nothing of the role.
    if (store.state.grants.get(grantId)?.limits.sftp !== true) {
      throw new AppError('not-allowed', 'This access does not include files.');
    }
    let opened = this.#opened.get(signal);
    if (opened === undefined) {
      opened = Sftp.open(connection.client, signal);
      this.#opened.set(signal, opened);
      const again = (): unknown => this.#opened.delete(signal);
      // A channel that is refused or lost is opened anew the next time.
      opened.then((sftp) => sftp.closed.then(again), again);
    }
    return { sftp: await opened, grantId, signal };
  }
}

function also({ sentence, whole }: Outcome, more: string): Outcome {
  return { sentence: [sentence, more].filter((s) => s !== '').join(' '), whole };
}
