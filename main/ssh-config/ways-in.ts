import type { Grant } from '../../protocol/model/grant.ts';
import type { EndedGrant } from '../grants/grants.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';
import type { Entry } from './entries.ts';
import { ExternalSsh } from './external-ssh.ts';
import { type GrantUse, title, WayIn } from './way-in.ts';

export interface WaysInOptions extends GrantUse {
  store: Store;
  /** The app's run folder. */
  runFolder: () => string;
  nextId: () => string;
  now: () => number;
  /** An ssh is too old to log in with a grant. @param title `login@target` */
  onTooOld: (grantId: string, title: string) => void;
  log: Log;
}

/** The ways in that are open: one for each grant in the configuration, and those whose grant drains. */
export class WaysIn {
  readonly #options: WaysInOptions;
  readonly #open = new Map<string, WayIn>();
  /** Nothing new comes by these. */
  readonly #draining = new Set<{ id: string; way: WayIn }>();
  readonly #sessions: ExternalSsh;
  #over = false;

  constructor(options: WaysInOptions) {
    this.#options = options;
    this.#sessions = new ExternalSsh(options);
  }

  /** Opens ways for these grants and shuts all others. @throws the first failure, after all were tried */
  async follow(grants: readonly Grant[]): Promise<void> {
    for (const id of this.#open.keys()) if (!grants.some((grant) => grant.id === id)) this.#shut(id);
    const failures: unknown[] = [];
    for (const grant of grants) {
      if (!this.#open.has(grant.id)) await this.#add(grant).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** @returns undefined when there is no way in, or no longer */
  entry(id: string, names: readonly string[]): Entry | undefined {
    return this.#options.mayUse(id) ? this.#open.get(id)?.entry(names) : undefined;
  }

  /** What is open goes on while its grant drains. */
  #shut(id: string): void {
    const way = this.#open.get(id);
    if (!way) return;
    this.#open.delete(id);
    if (this.#options.mayPass(id)) {
      way.close();
      this.#draining.add({ id, way });
    } else way.sever();
  }

  async #add(grant: Grant): Promise<void> {
    const { runFolder, log, mayUse, onTooOld } = this.#options;
    const way = await WayIn.open({
      ...this.#options,
      ...{ grant, folder: runFolder() },
      ...this.#sessions.of(grant),
      onTooOld: () => onTooOld(grant.id, title(grant)),
      onFailed: (error) => log.warn('a connection by the ssh configuration failed', error),
    });
    // It may have ended while the way was being opened.
    if (this.#over || !mayUse(grant.id)) way.sever();
    else this.#open.set(grant.id, way);
  }

  /** The grant is over: severs its connections at once, and says so of each. */
  cut({ grantId, reason, sentence }: EndedGrant): void {
    this.#open.get(grantId)?.sever();
    this.#open.delete(grantId);
    for (const draining of this.#draining) {
      if (draining.id !== grantId) continue;
      draining.way.sever();
      this.#draining.delete(draining);
    }
    this.#sessions.ends(grantId, reason, sentence);
  }

  /** @param sentence why, for those whose connections it were */
  severAll(sentence: string): void {
    const ids = new Set([...this.#open.keys(), ...[...this.#draining].map(({ id }) => id)]);
    for (const grantId of ids) this.cut({ grantId, reason: null, sentence });
  }

  dispose(): void {
    this.#over = true;
    this.severAll('Sallyport was quit');
  }
}
