import { createPrivateKey } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import { ed25519Blob, parseKeyLine } from '../../protocol/ssh/public-key.ts';
import { type SealingSecret, unseal } from '../ca/sealed-key.ts';
import type { Places } from '../config.ts';
import { readSecretFile } from '../config.ts';
import { type FileFacts, factsOfFile } from './file-facts.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, wrong } = findingsOf('keys');

/** The sealed keys (keys.ts), and the public halves that lie beside some of them. */
const PURPOSES = ['user-ca', 'direct-ca', 'host-ca', 'gateway-host', 'sign-in'] as const;
const WITHOUT_PUBLIC_HALF = 'sign-in';

export interface KeyFacts {
  readonly purpose: string;
  readonly file: FileFacts | undefined;
  /** Its public key, or why it does not open. */
  readonly opened: { readonly blob: Buffer } | { readonly refused: string } | undefined;
  /** What the .pub file says; undefined: there is none that can be read. */
  readonly published: Buffer | undefined;
}

export interface KeysFacts {
  readonly folder: string;
  /** It is there, and this user may not look into it. */
  readonly shut: boolean;
  readonly keys: readonly KeyFacts[];
  /** The key file lies in the data folder, with the sealed keys: who has a backup of one has both. */
  readonly sealingBeside: string | undefined;
  readonly sealingTrouble: string | undefined;
}

/** Opens each sealed key and forgets it again. */
export async function probeKeys(places: Places): Promise<KeysFacts> {
  const path = 'keyFile' in places.sealing ? places.sealing.keyFile : places.sealing.passphraseFile;
  const beside = [places.keys, places.data].some((folder) => !relative(folder, dirname(path)).startsWith('..'));
  const shut = await readdir(places.keys).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  const common = { folder: places.keys, shut, sealingBeside: beside ? path : undefined };
  let secret: SealingSecret | undefined;
  let sealingTrouble: string | undefined;
  try {
    secret = await sealingSecretOf(places);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    sealingTrouble = error.message;
  }
  return { ...common, sealingTrouble, keys: await Promise.all(PURPOSES.map((p) => probeKey(places.keys, p, secret))) };
}

async function sealingSecretOf({ sealing }: Places): Promise<SealingSecret> {
  if ('passphraseFile' in sealing)
    return { passphrase: await readSecretFile(sealing.passphraseFile, 'passphrase file') };
  const text = await readSecretFile(sealing.keyFile, 'sealing key');
  const facts = await factsOfFile(sealing.keyFile);
  if (facts && (facts.mode & 0o077) !== 0)
    throw new AppError('invalid-input', `Other users can read the sealing key; run: chmod 600 ${sealing.keyFile}`);
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32)
    throw new AppError(
      'invalid-input',
      `${sealing.keyFile} holds no sealing key of 32 bytes; put back the one of your backup.`,
    );
  return { key };
}

async function probeKey(folder: string, purpose: string, secret: SealingSecret | undefined): Promise<KeyFacts> {
  const path = join(folder, `${purpose}.sealed`);
  const file = await factsOfFile(path);
  const published = await readFile(join(folder, `${purpose}.pub`), 'utf8')
    .then(
      (line) => parseKeyLine(line).blob,
      () => undefined,
    )
    .catch(() => undefined);
  return { purpose, file, published, opened: file && secret && (await open(path, purpose, secret)) };
}

async function open(path: string, purpose: string, secret: SealingSecret): Promise<KeyFacts['opened']> {
  try {
    const der = await unseal(await readFile(path, 'utf8'), purpose, secret);
    const blob = ed25519Blob(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    der.fill(0);
    return { blob };
  } catch (error) {
    return { refused: error instanceof AppError ? error.message : `The file ${path} cannot be read.` };
  }
}

export function judgeKeys({ folder, shut, keys, sealingBeside, sealingTrouble }: KeysFacts): Finding[] {
  if (shut)
    return [wrong(`The backend's user may not look into the keys folder ${folder}; give it the folder and all in it.`)];
  const there = keys.filter(({ file }) => file);
  if (there.length === 0)
    return [
      warning(
        `There are no keys in ${folder} yet: the first start makes them, and targets must trust the new CA then.`,
      ),
    ];
  const findings: Finding[] = [];
  for (const { purpose, file } of keys)
    if (!file)
      findings.push(
        wrong(
          `${purpose}.sealed is missing in ${folder}: the next start would make another key that nobody trusts; put it back from a backup.`,
        ),
      );
  if (sealingTrouble) findings.push(wrong(sealingTrouble));
  // One wrong secret is one trouble, not one for each key.
  const noneOpens = there.length > 1 && there.every(({ opened }) => opened && 'refused' in opened);
  if (noneOpens)
    findings.push(
      wrong(
        `None of the sealed keys in ${folder} opens: what keys.sealedWith names is not theirs; put back what sealed them.`,
      ),
    );
  for (const { purpose, file, opened, published } of there) {
    const path = join(folder, `${purpose}.sealed`);
    if (file && (file.mode & 0o077) !== 0) findings.push(wrong(`Other users can read ${path}; run: chmod 600 ${path}`));
    if (!noneOpens && opened && 'refused' in opened)
      findings.push(wrong(`${opened.refused} Put ${path} back from a backup.`));
    if (!opened || 'refused' in opened || purpose === WITHOUT_PUBLIC_HALF) continue;
    if (!published)
      findings.push(
        warning(`${purpose}.pub is missing or damaged in ${folder}; it is written again when the backend starts.`),
      );
    else if (!published.equals(opened.blob))
      findings.push(
        wrong(
          `${purpose}.pub in ${folder} is not of the sealed key: what trusts it refuses the backend; restart the backend and hand it out anew.`,
        ),
      );
  }
  if (findings.every(({ verdict }) => verdict !== 'wrong'))
    findings.unshift(ok(`All ${there.length} sealed keys in ${folder} open.`));
  if (sealingBeside)
    findings.push(
      warning(
        `${sealingBeside} lies with the sealed keys that it opens: one stolen backup holds both; move it elsewhere and name it under keys.sealedWith.`,
      ),
    );
  return findings;
}
