import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { configSchema, type Places, placesOf, readConfig } from '../../config.ts';
import { factsOfFile, troubleWithSecret } from '../../doctor/file-facts.ts';
import { judgeKeys, probeKeys } from '../../doctor/keys.ts';
import { probePolicy } from '../../doctor/policy.ts';
import type { ServiceUser } from '../../doctor/service-user.ts';
import { parseYaml } from '../../policy/parse.ts';
import type { Answers } from './answers.ts';
import { takeOver } from './take-over.ts';
import { configText, type Layout, STARTER_POLICY } from './texts.ts';

export interface PlannedFile {
  readonly path: string;
  readonly text: string;
  /**
   * A secret is for the service's user alone (0600). Everything else belongs to root, and that user reads it (0640): who
   * breaks into the backend cannot change its configuration or its policy.
   */
  readonly secret: boolean;
}

/** All that is going to be done, decided before anything is written. */
export interface Plan {
  readonly layout: Layout;
  readonly files: readonly PlannedFile[];
  /** Undefined: there are keys already, and they stay. */
  readonly newKeys: { readonly folder: string; readonly keyFile: string | undefined } | undefined;
  /** Whether a file that is in the way is kept aside; if not, nothing is written. */
  readonly replace: boolean;
  /** What is there and stays as it is. */
  readonly kept: readonly string[];
  /** Settings of an earlier configuration that nobody was asked about. */
  readonly takenOver: readonly string[];
  readonly configFolder: string;
  readonly dataFolder: string;
}

/**
 * Decides what to write.
 * @param replace with --force: files in the way are kept aside; keys, policy and database stay in any case
 * @throws AppError 'wrong-state' that names what is there already; 'invalid-input' for a file that will not do
 */
export async function makePlan(answers: Answers, service: ServiceUser, replace: boolean): Promise<Plan> {
  const configFolder = dirname(answers.config);
  const earlier = replace ? await earlierPlaces(answers) : undefined;
  const keyFile = join(configFolder, 'sealing.key');
  const layout: Layout = {
    policy: answers.policy ?? join(configFolder, 'policy.yaml'),
    clientSecret: 'file' in answers.clientSecret ? answers.clientSecret.file : join(configFolder, 'client-secret'),
    databaseUrl:
      answers.database === undefined
        ? undefined
        : 'file' in answers.database
          ? answers.database.file
          : join(configFolder, 'database-url'),
    keys: earlier?.keys ?? join(answers.data, 'keys'),
    sealing:
      answers.passphraseFile !== undefined
        ? { passphraseFile: answers.passphraseFile }
        : (earlier?.sealing ?? { keyFile }),
  };
  const files: PlannedFile[] = [];
  if ('text' in answers.clientSecret)
    files.push({ path: layout.clientSecret, text: `${answers.clientSecret.text}\n`, secret: true });
  if (answers.database && 'text' in answers.database && layout.databaseUrl)
    files.push({ path: layout.databaseUrl, text: `${answers.database.text}\n`, secret: true });
  const kept: string[] = [];
  if (answers.policy !== undefined || (replace && (await isThere(layout.policy)))) {
    const facts = await probePolicy(layout.policy);
    if ('refused' in facts) throw new AppError('invalid-input', facts.refused);
    kept.push(layout.policy);
  } else files.push({ path: layout.policy, text: STARTER_POLICY, secret: false });
  const anew = configText(answers, layout);
  const { text: config, takenOver } =
    replace && (await isThere(answers.config))
      ? takeOver(anew, await readFile(answers.config, 'utf8'))
      : { text: anew, takenOver: [] };
  // What cannot be read back must not be written.
  parseYaml(config, basename(answers.config), configSchema, 'invalid-input');
  // Last: when it is there, everything it names is.
  files.push({ path: answers.config, text: config, secret: false });

  await refuseBadSecrets(answers, layout, service);
  const sealed = await sealedKeysIn(layout.keys);
  const database = join(answers.data, 'database');
  const newKeyFile =
    'keyFile' in layout.sealing && !(await isThere(layout.sealing.keyFile)) ? layout.sealing.keyFile : undefined;
  if (!replace)
    await refuseWhatIsThere([
      ...files.map(({ path }) => path),
      ...(sealed.length > 0 ? [layout.keys] : []),
      database,
      keyFile,
    ]);
  if (sealed.length > 0) await refuseShutKeys(answers, layout);
  if (sealed.length > 0) kept.push(layout.keys);
  if (await isThere(database)) kept.push(database);
  return {
    layout,
    files,
    replace,
    kept,
    takenOver,
    newKeys: sealed.length > 0 ? undefined : { folder: layout.keys, keyFile: newKeyFile },
    configFolder,
    dataFolder: answers.data,
  };
}

/** @throws AppError 'wrong-state' that names them */
export async function refuseWhatIsThere(paths: readonly string[]): Promise<void> {
  const there: string[] = [];
  for (const path of new Set(paths)) if (await isThere(path)) there.push(path);
  if (there.length === 0) return;
  const list = there.length === 1 ? `${there[0]} is` : `${there.slice(0, -1).join(', ')} and ${there.at(-1)} are`;
  throw new AppError(
    'wrong-state',
    `${list} there already, so nothing was written; with --force files are kept aside, and keys, policy and database stay.`,
  );
}

/** The keys of an earlier configuration go on being used: all targets trust them. */
async function earlierPlaces(answers: Answers): Promise<Places | undefined> {
  if (!(await isThere(answers.config))) return undefined;
  const { config, pathOf } = await readConfig(answers.config).catch((cause: unknown) => {
    if (!(cause instanceof AppError)) throw cause;
    const next = `Mend it, or move it away: then nothing of it is taken over, and keys are looked for in ${join(answers.data, 'keys')} alone.`;
    throw new AppError(
      cause.code,
      `Nothing was written, as the earlier configuration cannot be taken over: ${cause.message} ${next}`,
      { cause },
    );
  });
  const places = placesOf(config, pathOf);
  return (await sealedKeysIn(places.keys)).length > 0 ? places : undefined;
}

async function refuseShutKeys(answers: Answers, layout: Layout): Promise<void> {
  const { keys, sealing } = layout;
  const places = { data: answers.data, keys, sealing, policy: '', clientSecret: '', databaseUrl: undefined };
  const trouble = judgeKeys(await probeKeys(places)).find(({ verdict }) => verdict === 'wrong');
  if (trouble) throw new AppError('wrong-state', `${trouble.sentence} Nothing was written.`);
}

/** A secret that stays in its own file must be one that the backend will be able to read, and nobody else. */
async function refuseBadSecrets(answers: Answers, layout: Layout, service: ServiceUser): Promise<void> {
  const given: [string, string | undefined][] = [
    ['client secret file', 'file' in answers.clientSecret ? layout.clientSecret : undefined],
    ['database URL file', answers.database && 'file' in answers.database ? layout.databaseUrl : undefined],
    ['passphrase file', answers.passphraseFile],
  ];
  for (const [what, path] of given) {
    const trouble = path === undefined ? undefined : troubleWithSecret(what, await factsOfFile(path), path, service);
    if (trouble) throw new AppError('invalid-input', trouble);
  }
}

async function sealedKeysIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.sealed')).map((name) => join(folder, name));
}

/** A link that leads nowhere is there too: writing through it would put a secret in somebody else's place. */
async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
}
