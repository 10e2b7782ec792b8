import type { KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { UPDATE_CHANNELS, type UpdateChannel, updateChannelSchema } from '../../../protocol/update/channel.ts';
import type { ReleaseKey } from '../../../protocol/update/keys.ts';
import { releaseKeyOf } from '../../../protocol/update/release-key.ts';
import { WrongUsage } from '../../cli/wrong-usage.ts';
import { backendPlace } from './backend-place.ts';
import { DAY_MS } from './compose.ts';
import { folderPlace } from './folder-place.ts';
import { readKeyFile } from './key-file.ts';
import { readPassphrase } from './passphrase.ts';
import type { Place } from './place.ts';
import { readPublicKeys } from './public-keys.ts';

/** The options of every command that signs. */
export const SIGNING_OPTIONS = {
  key: 'list',
  'passphrase-file': 'list',
  trust: 'text',
  for: 'list',
  to: 'text',
  channel: 'text',
  expires: 'text',
} as const;

export interface SigningWords {
  key: string[];
  'passphrase-file': string[];
  trust: string | undefined;
  for: string[];
  to: string | undefined;
}

export interface Signing {
  place: Place;
  signers: KeyObject[];
  /** Whose signature on what is published is believed: one's own, and what --trust names. */
  pinned: ReleaseKey[];
}

/** Opens the keys and the place. @throws WrongUsage, AppError */
export async function openSigning(words: SigningWords): Promise<Signing> {
  const place = placeAt(words.to);
  const [files, passphrases] = [words.key, words['passphrase-file']];
  if (files.length === 0) throw new WrongUsage('Say which key signs: --key FILE.');
  if (passphrases.length > 1 && passphrases.length !== files.length)
    throw new WrongUsage('Say --passphrase-file once for all keys, or once for each.');
  const signers: KeyObject[] = [];
  for (const [at, file] of files.entries()) {
    const passphrase = await readPassphrase(passphrases[at] ?? passphrases[0], file, false);
    signers.push(await readKeyFile(resolve(file), passphrase));
  }
  const colleagues = words.trust === undefined ? [] : await readPublicKeys(resolve(words.trust));
  const pinned = [...signers.map(releaseKeyOf), ...colleagues];
  return { place, signers, pinned: pinned.filter(({ id }, at) => pinned.findIndex((key) => key.id === id) === at) };
}

/** @throws WrongUsage, AppError */
export function placeAt(to: string | undefined): Place {
  if (to === undefined) throw new WrongUsage('Say where: --to FOLDER, or --to https://BACKEND.');
  return /^[a-z]+:\/\//i.test(to) ? backendPlace(to) : folderPlace(resolve(to));
}

/** @throws WrongUsage */
export function channelFrom(word: string | undefined): UpdateChannel {
  const channel = updateChannelSchema.safeParse(word ?? 'stable').data;
  if (!channel) throw new WrongUsage(`There is no channel "${word}"; there are ${UPDATE_CHANNELS.join(' and ')}.`);
  return channel;
}

/** 0 to 100. @throws WrongUsage */
export function percentFrom(name: string, word: string): number {
  if (!/^\d{1,3}$/.test(word) || Number(word) > 100) throw new WrongUsage(`${name} must be 0 to 100, in percent.`);
  return Number(word);
}

/** `30d` or `12h`, of at most 400 days. @returns milliseconds @throws WrongUsage */
export function lengthFrom(name: string, word: string): number {
  const [, count, unit] = /^(\d{1,4})([dh])$/.exec(word) ?? [];
  const ms = Number(count) * (unit === 'h' ? DAY_MS / 24 : DAY_MS);
  if (!(ms > 0 && ms <= 400 * DAY_MS)) throw new WrongUsage(`${name} must be such as 30d or 12h, at most 400d.`);
  return ms;
}

/** One line for people. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function notFound(file: string, cause: unknown): AppError {
  return new AppError('invalid-input', `${file} cannot be read: ${(cause as Error).message}.`, { cause });
}
