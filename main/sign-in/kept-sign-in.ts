import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { personSchema } from '../../protocol/model/identity.ts';
import type { Log } from '../log.ts';

/** Seals text with a key that only the operating system's keychain has. */
export interface SecretStorage {
  /** May ask the person to unlock the keychain, so never call it on the way to a started app. */
  available(): Promise<boolean>;
  seal(text: string): Promise<Buffer>;
  unseal(sealed: Buffer): Promise<string>;
}

/** The person is kept too, so that an app that starts without its backend knows whose it is. */
const keptSchema = z.object({ backend: z.string(), refreshToken: z.string(), person: personSchema });
export type Kept = z.infer<typeof keptSchema>;

/** The sign-in at rest: one file, sealed by the keychain. Without a keychain nothing is written. */
export class KeptSignIn {
  readonly #file: string;
  readonly #storage: SecretStorage;
  readonly #log: Log;
  /** Writes happen one after the other, in the order they were asked for. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: string, storage: SecretStorage, log: Log) {
    this.#file = file;
    this.#storage = storage;
    this.#log = log;
  }

  /** Keeps a refresh token for one backend. @returns where it now is */
  keep(kept: Kept): Promise<'keychain' | 'memory'> {
    return this.#inTurn(async () => {
      try {
        if (!(await this.#storage.available())) return 'memory';
        const sealed = await this.#storage.seal(JSON.stringify(kept));
        await writeFile(`${this.#file}.new`, sealed, { mode: 0o600 });
        await rename(`${this.#file}.new`, this.#file);
        return 'keychain';
      } catch (error) {
        this.#log.warn('the sign-in could not be kept in the keychain', error);
        return 'memory';
      }
    });
  }

  /** What was kept for this backend, or undefined: none, another backend's, or a keychain that stays shut. */
  read(backend: string): Promise<Kept | undefined> {
    return this.#inTurn(async () => {
      try {
        const sealed = await readFile(this.#file);
        if (!(await this.#storage.available())) return undefined;
        const kept = keptSchema.parse(JSON.parse(await this.#storage.unseal(sealed)));
        return kept.backend === backend ? kept : undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#log.warn('the kept sign-in is of no use', error);
        return undefined;
      }
    });
  }

  forget(): Promise<void> {
    return this.#inTurn(() => rm(this.#file, { force: true }));
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#last.then(act);
    this.#last = next.catch(() => undefined);
    return next;
  }
}
