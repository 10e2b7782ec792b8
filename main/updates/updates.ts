import { AppError } from '../../protocol/errors.ts';
import type { Clock } from '../../protocol/time.ts';
import type { ReleaseKey } from '../../protocol/update/keys.ts';
import type { Fetch } from '../connection/call.ts';
import type { Log } from '../log.ts';
import type { AppState } from '../state.ts';
import type { Store } from '../store.ts';
import type { Follower, Wish } from './follower.ts';
import { handOverWaits } from './hand-over-waits.ts';
import type { Program } from './program.ts';
import { AFTER_CHANGE_MS, afterWakingMs, firstLookMs, nextLookMs, OLD_LOOK_MS, retryMs } from './timetable.ts';

export interface UpdatesOptions {
  store: Store;
  log: Log;
  clock: Clock;
  fetch: Fetch;
  program: Program;
  /** The app's data folder. */
  dataFolder: string;
  /** File with the keys that came with the app. */
  keysFile: string;
  /** Those the organisation enforces instead, if it does. */
  enforcedKeys: () => readonly ReleaseKey[] | undefined;
  /** Calls `act` once after so many ms; returns the function that calls it off. */
  after: (ms: number, act: () => void) => () => void;
  /** 0 to 1 */
  random: () => number;
  /** Quits and starts again, after the question about what is open. */
  restart: () => void;
}

/** Looks for newer versions of this app, and installs them. What does the work is loaded when the time has come. */
export class Updates {
  readonly #options: UpdatesOptions;
  readonly #unsubscribe: () => void;
  #follower: Promise<Follower | string> | undefined;
  #callOff: () => void = () => undefined;
  #lookedAt: number | undefined;
  #failures = 0;
  #disposed = false;
  #followed: string;

  constructor(options: UpdatesOptions) {
    this.#options = options;
    this.#followed = this.#follows(options.store.state);
    this.#unsubscribe = options.store.subscribe((state) => {
      const follows = this.#follows(state);
      if (follows === this.#followed) return;
      this.#followed = follows;
      this.#changed(state);
    });
    this.#plan(firstLookMs(options.random()));
  }

  /** This version is up: the one before it need not come back. */
  started(): void {
    const { dataFolder, program, log } = this.#options;
    if (!handOverWaits(dataFolder)) return;
    import('./hand-over-file.ts')
      .then(({ confirmStart }) => confirmStart(dataFolder, program.version))
      .catch((error: unknown) => log.warn('the version before was not told that this one is up', error));
  }

  /** The computer woke up. */
  woke(): void {
    const { clock, random } = this.#options;
    if (this.#lookedAt === undefined || clock.now() - this.#lookedAt < OLD_LOOK_MS) return;
    this.#plan(afterWakingMs(random()));
  }

  /** Resolves when the feed was looked at; what came of it stands in the state. */
  check(): Promise<void> {
    return this.#look((follower, wish) => follower.look(wish, true));
  }

  /** Restarts into the version that is ready, or fetches the one that waits for the person's word. @throws AppError */
  async install(): Promise<void> {
    const { update } = this.#options.store.state;
    if (update.state === 'ready') return this.#options.restart();
    if (update.state !== 'available') throw new AppError('wrong-state', 'There is no newer version to install.');
    if (!update.installable) throw new AppError('wrong-state', update.how);
    await this.#look((follower, wish) => follower.want(wish, update.version));
  }

  /**
   * The app is about to end. Never throws.
   * @returns whether an installer takes over, which also starts the app again if so wanted
   */
  async leave(startAgain: boolean): Promise<boolean> {
    const follower = await this.#follower;
    const installer = typeof follower === 'object' ? follower.installer : undefined;
    if (!installer) return false;
    try {
      const { runInstaller } = await import('./run-installer.ts');
      await runInstaller(installer, startAgain);
      return true;
    } catch (error) {
      this.#options.log.warn('the newer version was not installed', error);
      return false;
    }
  }

  /** @param act what to do; resolves with whether it went well */
  async #look(act: (follower: Follower, wish: Wish) => Promise<boolean>): Promise<void> {
    const { store, clock, log, random } = this.#options;
    this.#callOff();
    try {
      this.#follower ??= this.#makeFollower();
      const follower = await this.#follower;
      const wish = await this.#wish(store.state);
      if (typeof follower === 'string' || typeof wish === 'string') {
        if (typeof follower === 'object') await follower.clear();
        // Nothing to do until something changes, or the person asks.
        store.apply({
          kind: 'update',
          update: { state: 'off', why: typeof follower === 'string' ? follower : `${wish}` },
        });
        return;
      }
      const went = await act(follower, wish);
      this.#lookedAt = clock.now();
      void follower.settled().then(() => {
        this.#failures = went && store.state.update.state !== 'failed' ? 0 : this.#failures + 1;
        this.#plan(this.#failures === 0 ? nextLookMs(random()) : retryMs(this.#failures, random()));
      });
    } catch (error) {
      log.warn('newer versions cannot be looked for', error);
      this.#failures += 1;
      this.#plan(retryMs(this.#failures, random()));
    }
  }

  async #makeFollower(): Promise<Follower | string> {
    const { store, log, clock, fetch, program, dataFolder } = this.#options;
    const [{ Follower }, { installationOf }, { surroundingsOf }] = await Promise.all([
      import('./follower.ts'),
      import('./installation.ts'),
      import('./program.ts'),
    ]);
    const around = surroundingsOf(program);
    const installation = installationOf(around);
    if (installation.kind === 'none') return installation.why;
    return new Follower({
      ...{ log, clock, fetch, dataFolder, installation },
      ...{ runningVersion: program.version, platform: around.platform, arch: around.arch, program: around.program },
      show: (update) => store.apply({ kind: 'update', update }),
      shown: () => store.state.update,
    });
  }

  /** What to follow now, or why nothing is. */
  async #wish({ settings, managed }: AppState): Promise<Wish | string> {
    const { backendAddress: backend, updates: mode, updateChannel: channel } = settings;
    if (managed.problem) return 'It cannot be read what your organisation says of updates, so none are looked for.';
    if (mode === 'off') {
      const byThem = managed.enforced.includes('updates');
      return byThem ? 'Your organisation has switched updates off.' : 'Updates are switched off in the settings.';
    }
    if (backend === '') return 'Updates come from your Sallyport backend: choose one first.';
    const enforced = this.#options.enforcedKeys();
    const { shippedKeys } = await import('./shipped-keys.ts');
    const keys = enforced ?? (await shippedKeys(this.#options.keysFile));
    if (keys.length === 0) return 'This build of Sallyport knows no release key, so it looks for no updates.';
    return { backend, channel, mode, pinned: { keys, areEnforced: enforced !== undefined } };
  }

  /** What decides where is looked, whether, and whom it believes there. */
  #follows({ settings, managed }: AppState): string {
    const { backendAddress, updates, updateChannel } = settings;
    const keys = this.#options.enforcedKeys();
    return JSON.stringify([backendAddress, updates, updateChannel, managed.problem?.message, managed.source, keys]);
  }

  #changed({ settings }: AppState): void {
    // The first look has not come yet, and will see it.
    if (!this.#follower && settings.updates !== 'off') return;
    this.#plan(AFTER_CHANGE_MS);
  }

  #plan(ms: number): void {
    this.#callOff();
    if (this.#disposed) return;
    this.#callOff = this.#options.after(ms, () => {
      void this.#look((follower, wish) => follower.look(wish, false));
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#callOff();
    this.#unsubscribe();
    void this.#follower?.then((follower) => typeof follower === 'object' && follower.dispose());
  }
}
