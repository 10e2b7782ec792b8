import { existsSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compareVersions } from '../../protocol/update/version.ts';
import type { Log } from '../log.ts';
import { beside } from './beside.ts';
import { type HandOver, readHandOver, removeHandOver, writeHandOver } from './hand-over-file.ts';
import { handOverWaits } from './hand-over-waits.ts';
import type { Installation } from './installation.ts';
import { writeRefused } from './refused-file.ts';

/** How long a newer version may take until its tray is up, ms. */
const START_MS = 30_000;
/** How often it is looked whether it is, ms. */
const LOOK_MS = 50;

/** A version that was started. */
export interface Started {
  /** Resolves with why its process has failed, if it does: one that finds another of its kind there ends well. */
  failed: Promise<string>;
  kill(): void;
}

export interface HandOverOptions {
  dataFolder: string;
  runningVersion: string;
  installation: Installation;
  /** The running program, links followed. */
  program: string;
  log: Log;
  /** Why it may not be installed any more, if so. */
  whyForbidden: (waiting: HandOver) => Promise<string | undefined>;
  /** Gives up being the one app that runs, and starts this program as this app was started. */
  start: (program: string) => Started;
  startMs?: number;
}

/** `stay`: this version goes on starting. `gone`: the newer one runs. `again`: it did not; this one starts from anew. */
export type Outcome = 'stay' | 'gone' | 'again';

/** What a start does about a newer version that lies ready. Never throws. */
export async function handOver(options: HandOverOptions): Promise<Outcome> {
  const { dataFolder, runningVersion, log } = options;
  const waiting = readHandOver(dataFolder);
  try {
    if (waiting?.state === 'trying' && waiting.version === runningVersion) return 'stay';
    if (waiting?.state === 'trying' && !isUntouched(waiting)) {
      log.info('a newer version was tried and did not start', { version: waiting.version });
      return await refuse(waiting, options, 'stay');
    }
    if (!waiting || !isForThis(waiting, options)) {
      log.info('a newer version that lay ready is not for this installation any more');
      removeHandOver(dataFolder);
      return 'stay';
    }
    const why = await options.whyForbidden(waiting);
    if (why !== undefined) {
      log.info(`a newer version that lay ready is not installed: ${why}`, { version: waiting.version });
      removeHandOver(dataFolder);
      return 'stay';
    }
    log.info('handing over to a newer version', { from: runningVersion, to: waiting.version });
    await writeHandOver(dataFolder, { ...waiting, state: 'trying' });
    if (!exchange(waiting.path, log)) return await refuse(waiting, options, 'stay');
  } catch (error) {
    log.warn('a newer version could not be installed', error);
    removeHandOver(dataFolder);
    return 'stay';
  }
  return await watch(waiting, options);
}

/** The power went before anything was exchanged. */
function isUntouched({ path }: HandOver): boolean {
  const { next, last } = beside(path);
  return existsSync(next) && !existsSync(last);
}

function isForThis({ path, version }: HandOver, { installation, runningVersion }: HandOverOptions): boolean {
  return (
    installation.kind === 'own' &&
    installation.path === path &&
    compareVersions(version, runningVersion) > 0 &&
    existsSync(beside(path).next)
  );
}

/** Two renames; between them there is no version at all, for as long as a rename takes. */
function exchange(path: string, log: Log): boolean {
  const { next, last } = beside(path);
  renameSync(path, last);
  try {
    renameSync(next, path);
    return true;
  } catch (error) {
    renameSync(last, path);
    log.warn('a newer version could not be put in place', error);
    return false;
  }
}

async function watch(waiting: HandOver, options: HandOverOptions): Promise<Outcome> {
  const { dataFolder, installation, program, log, start, startMs = START_MS } = options;
  const { path } = waiting;
  const shape = installation.kind === 'own' ? installation.shape : 'file';
  let why: string;
  try {
    const started = start(shape === 'folder' ? join(path, basename(program)) : path);
    why = await Promise.race([confirmed(dataFolder, startMs), started.failed]);
    // It may have come up and ended between two looks.
    if (why === '' || !handOverWaits(dataFolder)) return 'gone';
    started.kill();
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  log.warn(`version ${waiting.version} did not start: ${why}; version ${options.runningVersion} comes back`);
  const { last, refused } = beside(path);
  try {
    renameSync(path, refused);
    renameSync(last, path);
  } catch (error) {
    log.warn('the version before could not be put back', error);
  }
  return await refuse(waiting, options, 'again');
}

/** Resolves with '' when the newer version has come up, else with why not. */
async function confirmed(dataFolder: string, startMs: number): Promise<string> {
  const until = performance.now() + startMs;
  while (performance.now() < until) {
    if (!handOverWaits(dataFolder)) return '';
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return `it was not up after ${startMs / 1000} s`;
}

async function refuse(waiting: HandOver, { dataFolder }: HandOverOptions, outcome: Outcome): Promise<Outcome> {
  await writeRefused(dataFolder, waiting);
  removeHandOver(dataFolder);
  return outcome;
}
