import type { AppError } from '../../protocol/errors.ts';
import { toFailure } from '../../protocol/errors.ts';
import type { Managed } from '../../protocol/ipc/managed.ts';
import type { ReleaseKey } from '../../protocol/update/keys.ts';
import type { Log } from '../log.ts';
import { enforcedNames } from './in-force.ts';
import { type Layers, NO_LAYERS } from './policy.ts';
import type { PolicySource, Reading } from './policy-source.ts';

/** How often it is read although nothing said that it had changed, ms. */
const AGAIN_MS = 60 * 60_000;

interface ManagementOptions {
  source: PolicySource;
  log: Log;
  /** Calls `act` every so many ms; returns the function that stops it. */
  every: (ms: number, act: () => void) => () => void;
}

/**
 * What the organisation's IT says of this computer.
 *
 *   not read ──► absent ◄──► read ──► unusable, keeps the layers that were read before
 *       └──────────────────► unusable without layers
 *
 * What has become unusable while the app runs lifts no lock and cuts nobody off; but nobody signs in.
 */
export class Management {
  readonly #options: ManagementOptions;
  readonly #ends: (() => void)[];
  #layers: Layers = NO_LAYERS;
  #unknown: readonly string[] = [];
  #source = '';
  #problem: AppError | undefined;
  #known: string | undefined;
  #reading: Promise<void> | undefined;
  #again = false;
  #onChange: () => void = () => undefined;

  constructor(options: ManagementOptions) {
    this.#options = options;
    this.#read();
    this.#ends = [options.source.watch(() => this.#read()), options.every(AGAIN_MS, () => this.#read())];
  }

  get layers(): Layers {
    return this.#layers;
  }

  /** Why nobody may sign in now, if so. */
  get problem(): AppError | undefined {
    return this.#problem;
  }

  /** Who may sign updates instead of the keys that came with the app; undefined when nothing is said. */
  get updateKeys(): readonly ReleaseKey[] | undefined {
    return this.#layers.enforced.updateKeys;
  }

  /** As a window sees it. */
  get shown(): Managed {
    const { enforced } = this.#layers;
    return {
      enforced: enforcedNames(this.#layers),
      terminals: enforced.terminals ?? null,
      deepLinks: enforced.deepLinks ?? null,
      updateKeys: enforced.updateKeys?.map(({ id }) => id) ?? null,
      unknown: [...this.#unknown],
      source: this.#source,
      problem: this.#problem === undefined ? null : toFailure(this.#problem),
    };
  }

  /** Calls `act` when something else is said, after the first reading too where that takes time. */
  onChange(act: () => void): void {
    this.#onChange = act;
  }

  /** Resolves when it is known what the organisation says; undefined when it is. */
  get untilRead(): Promise<void> | undefined {
    return this.#known === undefined ? this.#reading : undefined;
  }

  #read(): void {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    const reading = this.#options.source.read();
    if (!(reading instanceof Promise)) {
      this.#take(reading);
      return;
    }
    this.#reading = reading.then((found) => {
      this.#reading = undefined;
      this.#take(found);
      if (this.#again) {
        this.#again = false;
        this.#read();
      }
    });
  }

  #take(found: Reading): void {
    const said = found.state === 'unusable' ? `unusable ${found.problem.message}` : JSON.stringify(found);
    if (said === this.#known) return;
    const first = this.#known === undefined;
    this.#known = said;
    this.#problem = found.state === 'unusable' ? found.problem : undefined;
    if (found.state !== 'unusable') this.#layers = found.state === 'read' ? found.policy : NO_LAYERS;
    if (found.state !== 'unusable') this.#unknown = found.state === 'read' ? found.policy.unknown : [];
    this.#source = found.state === 'absent' ? '' : found.source;
    this.#write(found, first);
    this.#onChange();
  }

  #write(found: Reading, first: boolean): void {
    const { log } = this.#options;
    switch (found.state) {
      case 'absent':
        if (!first) log.info('this computer is not managed any more');
        return;
      case 'unusable':
        log.warn('what the organisation says is not used', found.problem);
        return;
      case 'read': {
        const { enforced, defaults, unknown } = found.policy;
        log.info('this computer is managed', {
          ...{ source: found.source, enforced: Object.keys(enforced), defaults: Object.keys(defaults) },
          ...(unknown.length > 0 && { notKnown: unknown }),
        });
        return;
      }
      default:
        found satisfies never;
    }
  }

  dispose(): void {
    for (const end of this.#ends) end();
    this.#onChange = () => undefined;
  }
}
