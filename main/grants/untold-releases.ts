import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { grantIdSchema, momentSchema, personIdSchema } from '../../protocol/model/identity.ts';
import type { Log } from '../log.ts';
import { replaceFile } from '../replace-file.ts';

const untoldSchema = z.strictObject({
  grantId: grantIdSchema,
  /** Whose it is, and at which backend: nobody else tells it, and nobody else hears it. */
  personId: personIdSchema,
  backend: z.string().max(300),
  /** When it is over anyway, epoch ms on the backend's clock. */
  until: momentSchema,
});
/** A grant that was ended here, and whose backend has not heard of it. */
export type UntoldRelease = z.infer<typeof untoldSchema>;

const fileSchema = z.strictObject({ untold: z.array(untoldSchema) });
/** The oldest are dropped beyond this. */
const MOST = 500;

/**
 * Releases that the backend has not heard, in a small file, so that they are told also after a restart. No secrets. It is
 * written before anybody is told, and a file that cannot be used, or written, never keeps a grant from being ended here.
 */
export class UntoldReleases {
  readonly #file: string;
  readonly #log: Log;
  #all: UntoldRelease[];

  /** @param folder the app's data folder */
  constructor(folder: string, log: Log) {
    this.#file = join(folder, 'untold-releases.json');
    this.#log = log;
    this.#all = this.#read();
  }

  /** Of one person, at one backend. */
  of(personId: string | undefined, backend: string): UntoldRelease[] {
    return this.#all.filter((untold) => untold.personId === personId && untold.backend === backend);
  }

  add(untold: UntoldRelease): void {
    this.#write([...this.#all.filter((known) => !isSame(known, untold)), untold].slice(-MOST));
  }

  /** It was told, or needs not be. */
  remove(untold: UntoldRelease): void {
    if (this.#all.some((known) => isSame(known, untold)))
      this.#write(this.#all.filter((known) => !isSame(known, untold)));
  }

  #read(): UntoldRelease[] {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8'))).untold.slice(-MOST);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#log.warn('releases that the backend may not have heard cannot be read', error);
      return [];
    }
  }

  #write(all: UntoldRelease[]): void {
    this.#all = all;
    try {
      if (all.length === 0) rmSync(this.#file, { force: true });
      else replaceFile(this.#file, JSON.stringify({ untold: all }), true);
    } catch (error) {
      this.#log.warn('a release is remembered only as long as the app runs', error);
    }
  }
}

function isSame(one: UntoldRelease, other: UntoldRelease): boolean {
  return one.grantId === other.grantId && one.backend === other.backend;
}
