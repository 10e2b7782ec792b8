import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Failure, toFailure } from '../../protocol/errors.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import { sshHostNames } from '../../protocol/model/ssh-host.ts';
import type { EndedGrant } from '../grants/grants.ts';
import { type AppState, personOf } from '../state.ts';
import { entriesText } from './entries.ts';
import { hasInclude, includeLine, withInclude, withoutInclude } from './include.ts';
import { writeOwnFile } from './own-file.ts';
import { editUserFile, readUserFile } from './user-file.ts';
import { WaysIn, type WaysInOptions } from './ways-in.ts';

interface SshConfigOptions extends WaysInOptions {
  /** @throws AppError when the organisation has set it */
  mayChange: () => void;
  /** Whether it is the organisation that says so, and not the person. */
  isGiven: () => boolean;
  /** Writes the choice down. */
  keep: (enabled: boolean) => void;
  /** The person's own configuration, usually ~/.ssh/config. */
  userFile: string;
  /** The app's data folder, in which the included file lies. */
  folder: string;
}

/** What stands in the way, of the person's own file and of ours. */
interface Problems {
  userFile: Failure | null;
  entries: Failure | null;
}

/**
 * Lets any ssh of this computer use live grants, where the person has chosen so: one Include line in their own
 * configuration, and a file of ours that lists what is live. Renders from the state; a change of a grant changes it.
 */
export class SshConfig {
  readonly #options: SshConfigOptions;
  readonly #file: string;
  readonly #ways: WaysIn;
  readonly #problems: Problems = { userFile: null, entries: null };
  readonly #unsubscribe: () => void;
  #rendering: Promise<void> = Promise.resolve();
  #over = false;
  /** Whether the person's own file was last made to include ours; changed one after the other. */
  #included: boolean;
  #including: Promise<void> = Promise.resolve();

  constructor(options: SshConfigOptions) {
    this.#options = options;
    this.#file = join(options.folder, 'ssh_config');
    this.#ways = new WaysIn(options);
    this.#included = this.#enabled;
    this.#unsubscribe = options.store.subscribe((state, before) => {
      if (concerns(state, before)) this.#render();
      if (state.managed !== before.managed || state.settings.sshConfig !== before.settings.sshConfig) this.#obey();
    });
    // What a run that was killed has left there leads nowhere: written anew, or taken away.
    this.#render();
    if (options.isGiven()) this.#obey();
    else if (this.#enabled) void this.#lookAtUserFile();
  }

  get #enabled(): boolean {
    return this.#options.store.state.settings.sshConfig;
  }

  /** Switches it on or off. @throws AppError that says what stands in the way */
  async change(enabled: boolean): Promise<void> {
    const { mayChange, keep } = this.#options;
    mayChange();
    await this.#include(enabled);
    keep(enabled);
    this.#render();
    await this.#rendering;
  }

  /** What the organisation says is done, at the start and whenever it says something else. */
  #obey(): void {
    if (!this.#options.isGiven() && this.#enabled === this.#included) return;
    this.#render();
    // What stands in the way is said in the state.
    this.#include(this.#enabled).catch(() => undefined);
  }

  /** Puts the line that includes our file into the person's own, or takes it away. @throws AppError */
  #include(enabled: boolean): Promise<void> {
    const next = this.#including.then(() => this.#editUserFile(enabled));
    this.#including = next.catch(() => undefined);
    return next;
  }

  async #editUserFile(enabled: boolean): Promise<void> {
    const { userFile } = this.#options;
    try {
      if (enabled) {
        includeLine(this.#file);
        await editUserFile(userFile, (config, exists) => withInclude(config, this.#file, !exists));
      } else {
        await editUserFile(userFile, (config) => {
          const rest = withoutInclude(config, this.#file);
          return rest.madeForIt && rest.config === '' ? null : rest.config;
        });
      }
    } catch (error) {
      this.#failed('userFile', error);
      throw error;
    }
    this.#included = enabled;
    this.#say('userFile', null);
  }

  /** The person may have taken the line out; it is not put back unasked. */
  async #lookAtUserFile(): Promise<void> {
    const { userFile } = this.#options;
    try {
      const there = hasInclude(await readUserFile(userFile), this.#file);
      const message = `${userFile} does not include Sallyport's file any more. Switch this off and on again to put the line back.`;
      this.#say('userFile', there ? null : { code: 'wrong-state', message });
    } catch (error) {
      this.#failed('userFile', error);
    }
  }

  /** One after the other, each from the state of its time. */
  #render(): void {
    this.#rendering = this.#rendering
      .then(() => this.#follow())
      .then(
        () => this.#say('entries', null),
        (error: unknown) => this.#failed('entries', error),
      );
  }

  async #follow(): Promise<void> {
    if (this.#over) return;
    if (!this.#enabled) {
      this.#ways.severAll('the ssh configuration was switched off');
      rmSync(this.#file, { force: true });
      return;
    }
    const grants = this.#live();
    try {
      await this.#ways.follow(grants);
    } finally {
      if (!this.#over) this.#write(grants);
    }
  }

  /** Mine that may be used now; of several for the same login and target, the one that lasts longest. */
  #live(): Grant[] {
    const { store, mayUse } = this.#options;
    const me = personOf(store.state);
    const grants = [...store.state.grants.values()]
      .filter((grant) => grant.requester.id === me?.id && mayUse(grant.id))
      .sort((a, b) => a.endsAt - b.endsAt);
    return [...new Map(grants.map((grant) => [`${grant.login} ${grant.target.name}`, grant])).values()];
  }

  #write(grants: readonly Grant[]): void {
    const names = sshHostNames(grants);
    const entries = grants.flatMap(({ id }) => this.#ways.entry(id, names.get(id) ?? []) ?? []);
    writeOwnFile(this.#file, entriesText(entries));
  }

  /** The grant is over: severs its connections at once. The change of the state takes the entry away. */
  cut(ended: EndedGrant): void {
    this.#ways.cut(ended);
  }

  #failed(part: keyof Problems, error: unknown): void {
    this.#options.log.warn('the ssh configuration could not be changed', error);
    this.#say(part, toFailure(error));
  }

  #say(part: keyof Problems, problem: Failure | null): void {
    this.#problems[part] = problem;
    const { store } = this.#options;
    const shown = this.#problems.userFile ?? this.#problems.entries;
    if (shown !== store.state.sshConfigProblem) store.apply({ kind: 'ssh-config', problem: shown });
  }

  /** Leaves the file without entries; the Include line stays for the next start. */
  dispose(): void {
    this.#over = true;
    this.#unsubscribe();
    this.#ways.dispose();
    try {
      if (this.#enabled) this.#write([]);
    } catch (error) {
      this.#options.log.warn('the ssh configuration could not be emptied', error);
    }
  }
}

function concerns(state: AppState, before: AppState): boolean {
  return (
    state.grants !== before.grants ||
    state.keys !== before.keys ||
    state.signIn !== before.signIn ||
    state.clockSkewMs !== before.clockSkewMs
  );
}
