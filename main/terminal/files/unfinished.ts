import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { replaceFile } from '../../replace-file.ts';

/** So many are remembered; the oldest are forgotten first. */
const MOST = 200;

const leftoverSchema = z.strictObject({
  /** Login and target: "deploy@billing-app". */
  at: z.string().max(400),
  /** Its real path there. */
  folder: z.string().max(4096),
  name: z.string().max(300),
  kind: z.enum(['file', 'folder']),
});
/** The part of an upload on a target. */
export type Leftover = z.infer<typeof leftoverSchema>;

/**
 * The parts of uploads that this app has begun on targets and not removed, kept in a file of the app's folder. Each is
 * written down before it is made, so that what is removed later was made by this app: a name alone would not prove it.
 * Losing the file costs that such parts stay.
 */
export class Unfinished {
  readonly #file: string;
  readonly #onProblem: (error: unknown) => void;
  #all: readonly Leftover[];
  /** Those that are being uploaded now. */
  readonly #underWay = new Set<Leftover>();

  constructor(file: string, onProblem: (error: unknown) => void) {
    this.#file = file;
    this.#onProblem = onProblem;
    this.#all = read(file);
  }

  /** Call before the part is made on the target. */
  begin(part: Leftover): void {
    this.#underWay.add(part);
    this.#keep([...this.#all, part].slice(-MOST));
  }

  /** The upload is over, and its part is still there. */
  stays(part: Leftover): void {
    this.#underWay.delete(part);
  }

  /** The part is there no more. */
  gone(part: Leftover): void {
    this.#underWay.delete(part);
    this.#keep(this.#all.filter((other) => other !== part));
  }

  /** What earlier uploads have left in a folder. */
  leftIn(at: string, folder: string): Leftover[] {
    return this.#all.filter((part) => part.at === at && part.folder === folder && !this.#underWay.has(part));
  }

  #keep(all: readonly Leftover[]): void {
    this.#all = all;
    try {
      replaceFile(this.#file, JSON.stringify(all));
    } catch (error) {
      this.#onProblem(error);
    }
  }
}

function read(file: string): Leftover[] {
  try {
    const found = z.array(z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
    return found.flatMap((part) => leftoverSchema.safeParse(part).data ?? []).slice(-MOST);
  } catch {
    return [];
  }
}
