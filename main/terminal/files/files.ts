import { basename } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import type { CommandOutput } from '../../../protocol/ipc/commands.ts';
import type { Store } from '../../store.ts';
import type { Terminals } from '../terminals.ts';
import { download } from './download.ts';
import { remoteName } from './names.ts';
import { kindOf, Sftp } from './sftp.ts';
import { Transfers } from './transfers.ts';
import { upload } from './upload.ts';

interface FilesOptions {
  store: Store;
  terminals: Pick<Terminals, 'connection'>;
  /** Whether something new may be opened with the grant. */
  mayUse: (grantId: string) => boolean;
  /** Whether bytes of what is open may pass. */
  mayPass: (grantId: string) => boolean;
  /** Has the person choose files of this computer; their paths, none when they changed their mind. */
  askFilesToSend: () => Promise<string[]>;
  /** Has the person choose a folder of this computer, null when they changed their mind. */
  askFolderToSaveIn: () => Promise<string | null>;
  onProblem: (error: unknown) => void;
}

/** The files of a terminal's target, over a second channel of the terminal's own connection. */
export class Files {
  readonly #options: FilesOptions;
  readonly #transfers: Transfers;
  /** SFTP of each connection, by the signal that says when it is over. */
  readonly #opened = new WeakMap<AbortSignal, Promise<Sftp>>();

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
        bytes: Math.max(0, attrs.size || 0),
        modifiedAt: (attrs.mtime || 0) * 1000,
      })),
      more,
    };
  }

  /** Asks the person which files, and begins to send them. @throws AppError */
  async upload(terminalId: string, folder: string): Promise<void> {
    const { signal, check, real } = await this.#ready(terminalId, folder);
    const files = await this.#options.askFilesToSend();
    for (const file of files) {
      const name = basename(file);
      this.#transfers.add({
        ...{ terminalId, direction: 'upload', name, totalBytes: null, signal, check },
        run: async (task) => {
          const { sftp } = await this.#reach(terminalId);
          await upload(sftp, file, name, real, task);
          return '';
        },
      });
    }
  }

  /** Asks the person where to, and begins to fetch. @throws AppError */
  async download(terminalId: string, paths: readonly string[]): Promise<void> {
    const { signal, check } = await this.#ready(terminalId, '.');
    const into = await this.#options.askFolderToSaveIn();
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
  async #ready(terminalId: string, folder: string) {
    const { sftp, grantId, signal } = await this.#reach(terminalId);
    const real = await sftp.realPath(folder);
    const check = (): void => {
      if (!this.#options.mayPass(grantId)) throw new AppError('grant-not-live', 'This access is over.');
    };
    return { real, signal, check };
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
