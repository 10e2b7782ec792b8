import { type Failure, toFailure } from '../../protocol/errors.ts';
import type { Update } from '../../protocol/ipc/snapshot.ts';
import type { Clock } from '../../protocol/time.ts';
import type { UpdateChannel } from '../../protocol/update/channel.ts';
import type { Artefact, Feed } from '../../protocol/update/feed.ts';
import { trustFrom } from '../../protocol/update/trust.ts';
import type { Fetch } from '../connection/call.ts';
import type { Log } from '../log.ts';
import { believedFeed } from './believed-feed.ts';
import { download } from './download.ts';
import { checkRoom, downloadFolder, keepOnly } from './download-folder.ts';
import { removeHandOver, writeHandOver } from './hand-over-file.ts';
import type { Installation } from './installation.ts';
import { installationId } from './installation-id.ts';
import { judge } from './judgement.ts';
import { KeptTrust, type PinnedKeys } from './kept-trust.ts';
import { prepare, tidyBeside } from './prepare.ts';
import { readRefused } from './refused-file.ts';

/** What is followed now. */
export interface Wish {
  backend: string;
  channel: UpdateChannel;
  mode: 'install' | 'notify';
  pinned: PinnedKeys;
}

export interface FollowerOptions {
  dataFolder: string;
  runningVersion: string;
  platform: NodeJS.Platform;
  arch: string;
  installation: Extract<Installation, { kind: 'own' | 'installer' | 'others' }>;
  /** The running program, links followed. */
  program: string;
  fetch: Fetch;
  clock: Clock;
  log: Log;
  show: (update: Update) => void;
  shown: () => Update;
}

/** A version on its way onto this computer, or there. */
interface Underway {
  readonly artefact: Artefact;
  readonly backend: string;
  /** Whose word it was. */
  readonly source: string;
  /** Of which pinned keys that was believed (protocol/update/trust.ts). */
  readonly pinned: string;
  readonly version: string;
  readonly stop: AbortController;
  /** Where it lies, verified, once it does. */
  file?: string;
}

/** Looks at the feed, fetches what it offers, and makes it ready. One look and one download at a time. */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #trust: KeptTrust;
  #looking: Promise<boolean> | undefined;
  /** For whom that look is. */
  #lookingFor = '';
  #underway: Underway | undefined;
  /** The version that the person wants installed although the setting says only to tell. */
  #wanted: string | undefined;
  #fetching: Promise<void> = Promise.resolve();
  #tidied = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#trust = new KeptTrust(options.dataFolder);
  }

  /** Resolves, when the feed was looked at, with whether that went well; a download goes on after it. Never rejects. */
  async look(wish: Wish, asked: boolean): Promise<boolean> {
    const said = JSON.stringify(wish);
    // One that began before the wish was another says nothing of this one.
    while (this.#looking && this.#lookingFor !== said) await this.#looking;
    this.#lookingFor = said;
    this.#looking ??= this.#look(wish, asked).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** The person wants this version. */
  async want(wish: Wish, version: string): Promise<boolean> {
    this.#wanted = version;
    // One that is under way may have judged already.
    await this.#looking;
    return this.look(wish, true);
  }

  /** Resolves when no download is under way. */
  settled(): Promise<void> {
    return this.#fetching;
  }

  /** What is under way, or lies ready, is not wanted any more. */
  drop(): void {
    this.#underway?.stop.abort(new Error('not wanted any more'));
    this.#underway = undefined;
    removeHandOver(this.#options.dataFolder);
  }

  /** Nothing is looked for any more: nothing stays of what was fetched, or left by the last exchange. Never rejects. */
  async clear(): Promise<void> {
    const { dataFolder, log } = this.#options;
    this.drop();
    await this.#fetching;
    try {
      await this.#tidy();
      await keepOnly(await downloadFolder(dataFolder), null);
    } catch (error) {
      log.warn('what was fetched could not be removed', error);
    }
  }

  /** The installer that lies ready; undefined when none does or none is needed. */
  get installer(): { file: string; sha256: string; bytes: number } | undefined {
    const { artefact, file } = this.#underway ?? {};
    return this.#options.installation.kind === 'installer' && artefact && file ? { ...artefact, file } : undefined;
  }

  async #look(wish: Wish, asked: boolean): Promise<boolean> {
    const { clock, fetch, show, shown, log } = this.#options;
    const before = shown();
    // Somebody else's word, or believed by keys that are not trusted any more: it falls, whatever the next feed is.
    const isOthers = this.#underway !== undefined && this.#underway.source !== sourceOf(wish);
    if (isOthers) this.drop();
    const quiet =
      !isOthers &&
      (before.state === 'ready' || before.state === 'downloading' || (before.state === 'available' && !asked));
    if (!quiet) show({ state: 'checking' });
    try {
      await this.#tidy();
      const means = { fetch, trust: this.#trust, pinned: wish.pinned, now: () => clock.now() };
      const feed = await believedFeed(wish, means);
      await this.#follow(feed, wish);
      return true;
    } catch (error) {
      log.warn('the look for a newer version failed', error);
      // What lies ready was verified; that the backend is away now takes nothing from it.
      if (!quiet) show({ state: 'failed', version: null, problem: toFailure(error) });
      return false;
    }
  }

  async #follow(feed: Feed | undefined, wish: Wish): Promise<void> {
    const { show, clock, log, ...situation } = this.#options;
    const checkedAt = Math.round(clock.now());
    if (!feed) {
      this.drop();
      return show({ state: 'current', checkedAt });
    }
    const judged = judge(feed, {
      ...situation,
      installationId: await installationId(situation.dataFolder),
      mayInstall: wish.mode === 'install' || this.#wanted === feed.version,
    });
    const { version, notes } = feed;
    log.info('looked for a newer version', { offered: version, sequence: feed.sequence, follows: judged.kind });
    switch (judged.kind) {
      case 'nothing':
        this.drop();
        await keepOnly(await downloadFolder(situation.dataFolder), null);
        return show({ state: 'current', checkedAt });
      case 'say':
        this.drop();
        return show({ state: 'available', version, notes, how: judged.how, installable: judged.installable });
      case 'install': {
        const { artefact } = judged;
        const { backend, pinned } = wish;
        const source = sourceOf(wish);
        const problem = await this.#whyNot(artefact);
        if (problem) return show({ state: 'failed', version, problem });
        if (this.#underway?.artefact.sha256 === artefact.sha256 && this.#underway.source === source) return;
        this.drop();
        const believedBy = trustFrom(pinned.keys).pinned;
        this.#fetch(
          { ...{ artefact, backend, source, version }, pinned: believedBy, stop: new AbortController() },
          notes,
        );
        return;
      }
      default:
        return judged satisfies never;
    }
  }

  async #whyNot({ sha256 }: Artefact): Promise<Failure | undefined> {
    const { dataFolder, runningVersion } = this.#options;
    const refused = await readRefused(dataFolder);
    if (refused?.sha256 !== sha256) return undefined;
    const message = `Version ${refused.version} did not start on this computer, so ${runningVersion} goes on. Tell your IT.`;
    return { code: 'wrong-state', message };
  }

  #fetch(underway: Underway, notes: string): void {
    const { show, log } = this.#options;
    const { version, stop } = underway;
    this.#underway = underway;
    show({ state: 'downloading', version, percent: 0 });
    // After whatever was called off before it has tidied up.
    this.#fetching = this.#fetching
      .then(() => this.#obtain(underway))
      .then(() => {
        if (stop.signal.aborted) return;
        log.info('a newer version is ready', { version });
        show({ state: 'ready', version, notes });
      })
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        log.warn(`version ${version} could not be made ready`, error);
        this.#underway = undefined;
        show({ state: 'failed', version, problem: toFailure(error) });
      });
  }

  async #obtain(underway: Underway): Promise<void> {
    const { dataFolder, fetch, show, installation, program } = this.#options;
    const { artefact, backend, pinned, version, stop } = underway;
    const { signal } = stop;
    const folder = await downloadFolder(dataFolder);
    await keepOnly(folder, artefact.sha256);
    await checkRoom(folder, artefact.bytes);
    const onPercent = (percent: number): void => {
      if (!signal.aborted) show({ state: 'downloading', version, percent });
    };
    const file = await download({ fetch, backend, artefact, folder, signal, onPercent });
    if (installation.kind === 'own') {
      const { sha256, bytes } = artefact;
      await prepare(installation, { file, sha256, bytes, version }, { program, signal });
      if (signal.aborted) return;
      const { path } = installation;
      await writeHandOver(dataFolder, { state: 'ready', path, version, sha256, backend, pinned });
      // Called off meanwhile: a drop before the file was there found nothing to remove.
      if (signal.aborted) removeHandOver(dataFolder);
    }
    underway.file = file;
  }

  /** Once in each run: what the last exchange left behind. */
  async #tidy(): Promise<void> {
    const { installation } = this.#options;
    if (this.#tidied || installation.kind !== 'own') return;
    this.#tidied = true;
    await tidyBeside(installation.path);
  }

  dispose(): void {
    // What lies ready stays: the next start takes it.
    this.#underway?.stop.abort(new Error('the app ends'));
  }
}

function sourceOf({ backend, channel, pinned }: Wish): string {
  return JSON.stringify([backend, channel, pinned]);
}
