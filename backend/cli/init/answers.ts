import { resolve } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { readSecretFile } from '../../config.ts';
import { judgeDatabase } from '../../doctor/database.ts';
import { probeDatabase } from '../../doctor/database-probe.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { QUESTIONS, type Question, type QuestionName, readDatabaseUrl, type Said } from './questions.ts';
import { Cancelled, type Terminal } from './terminal.ts';

/** A secret that is written to a file of ours, or stays in one that whoever sets it up looks after. */
export type Secret = { readonly text: string } | { readonly file: string };

/** Everything that is needed to write a configuration, checked. */
export interface Answers {
  readonly orgName: string;
  readonly publicUrl: string;
  readonly http: { readonly host: string; readonly port: number; readonly trustProxy: readonly string[] };
  readonly gateway: { readonly host: string; readonly port: number };
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly groupsClaim: string;
  /** Undefined: the embedded one. */
  readonly database: Secret | undefined;
  readonly data: string;
  readonly config: string;
  readonly passphraseFile: string | undefined;
  /** A policy that is there already. Undefined: a starter is written. */
  readonly policy: string | undefined;
}

export type Flags = { readonly [N in Exclude<QuestionName, 'trust-proxy'>]: string | undefined } & {
  readonly 'trust-proxy': readonly string[];
  readonly 'client-secret-file': string | undefined;
  readonly 'database-url-file': string | undefined;
  readonly 'passphrase-file': string | undefined;
  readonly policy: string | undefined;
};

export interface Asking {
  /** Undefined: there is nobody to ask. */
  readonly terminal: Terminal | undefined;
  /** Goes on though a server cannot be reached or a port is taken. */
  readonly regardless: boolean;
  /** The secret from standard input; '' when nothing came. */
  readSecret(): Promise<string>;
  warn(sentence: string): void;
}

/** @throws WrongUsage when something is missing and nobody can be asked; AppError for an answer that will not do */
export async function gatherAnswers(flags: Flags, asking: Asking): Promise<Answers> {
  const said: Said = {};
  for (const question of QUESTIONS) said[question.name] = await answer(question, flags, said, asking);
  const value = (name: QuestionName): string => said[name] ?? '';
  const clientSecret = await clientSecretOf(flags, asking);
  const database = await databaseOf(value('database'), flags, asking);
  return {
    orgName: value('org-name'),
    publicUrl: value('public-url'),
    http: {
      host: value('http-host'),
      port: Number(value('http-port')),
      trustProxy: value('trust-proxy') === '' ? [] : value('trust-proxy').split(','),
    },
    gateway: { host: value('gateway-host'), port: Number(value('gateway-port')) },
    issuer: value('issuer'),
    clientId: value('client-id'),
    clientSecret,
    groupsClaim: value('groups-claim'),
    database,
    data: value('data'),
    config: value('config'),
    passphraseFile: flags['passphrase-file'] === undefined ? undefined : resolve(flags['passphrase-file']),
    policy: flags.policy === undefined ? undefined : resolve(flags.policy),
  };
}

async function answer(question: Question, flags: Flags, said: Said, asking: Asking): Promise<string> {
  const { name, words } = question;
  const given = name === 'trust-proxy' ? flags[name].join(',') || undefined : givenFlag(name, flags);
  const otherwise = question.otherwise(said);
  const { terminal } = asking;
  if (given === undefined && terminal) {
    for (;;) {
      const typed = await terminal.ask(`${words}${otherwise === undefined ? '' : ` [${otherwise}]`}: `);
      try {
        const read = question.read(typed === '' ? (otherwise ?? '') : typed);
        const trouble = await question.look?.(read, said);
        if (trouble === undefined) return read;
        terminal.say(trouble);
        if (asking.regardless || (await terminal.agree('Take it all the same?', false))) return read;
      } catch (error) {
        if (!(error instanceof AppError) || error instanceof Cancelled) throw error;
        terminal.say(error.message);
      }
    }
  }
  const text = given ?? otherwise;
  if (text === undefined) throw new WrongUsage(`Say --${name}: ${words.toLowerCase()}.`);
  const read = named(name, () => question.read(text.trim()));
  const trouble = await question.look?.(read, said);
  if (trouble === undefined) return read;
  if (!asking.regardless)
    throw new AppError('invalid-input', `--${name}: ${trouble} With --offline it is taken all the same.`);
  asking.warn(`Warning: ${trouble}`);
  return read;
}

function givenFlag(name: Exclude<QuestionName, 'trust-proxy'>, flags: Flags): string | undefined {
  // Naming the file says which of the two it is.
  if (name === 'database' && flags.database === undefined && flags['database-url-file'] !== undefined) return 'url';
  return flags[name];
}

/** A refusal names the option that it is about. */
function named<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof AppError ? new WrongUsage(`--${name}: ${error.message}`) : error;
  }
}

async function clientSecretOf(flags: Flags, { terminal, readSecret }: Asking): Promise<Secret> {
  const file = flags['client-secret-file'];
  if (file !== undefined && file !== '-') {
    await readSecretFile(resolve(file), 'client secret file');
    return { file: resolve(file) };
  }
  if (!terminal || file === '-') {
    const text = (await readSecret()).trim();
    if (text === '') throw new WrongUsage('Give the client secret by --client-secret-file FILE, or on standard input.');
    return { text: oneLine(text) };
  }
  for (;;) {
    const text = await terminal.askHidden('Client secret (not shown): ');
    if (text !== '') return { text: oneLine(text) };
  }
}

function oneLine(text: string): string {
  if (/[\r\n]/.test(text)) throw new WrongUsage('The client secret must be a single line.');
  return text;
}

async function databaseOf(kind: string, flags: Flags, asking: Asking): Promise<Secret | undefined> {
  const file = flags['database-url-file'];
  if (kind === 'embedded') {
    if (file !== undefined) throw new WrongUsage('Choose one of --database embedded and --database-url-file.');
    return undefined;
  }
  if (file !== undefined) {
    const path = resolve(file);
    const url = await readSecretFile(path, 'database URL file');
    named('database-url-file', () => readDatabaseUrl(url));
    const trouble = await lookAtDatabase(url);
    if (trouble !== undefined && !asking.regardless)
      throw new AppError('invalid-input', `--database-url-file: ${trouble} With --offline it is taken all the same.`);
    if (trouble !== undefined) asking.warn(`Warning: ${trouble}`);
    return { file: path };
  }
  const { terminal } = asking;
  if (!terminal)
    throw new WrongUsage('Name the file that holds the address of the database: --database-url-file FILE.');
  for (;;) {
    try {
      const text = readDatabaseUrl(await terminal.askHidden('Address of the database (not shown): '));
      const trouble = await lookAtDatabase(text);
      if (trouble === undefined) return { text };
      terminal.say(trouble);
      if (asking.regardless || (await terminal.agree('Take it all the same?', false))) return { text };
    } catch (error) {
      if (!(error instanceof AppError) || error instanceof Cancelled) throw error;
      terminal.say(error.message);
    }
  }
}

async function lookAtDatabase(url: string): Promise<string | undefined> {
  return judgeDatabase(await probeDatabase({ url }), false).find(({ verdict }) => verdict === 'wrong')?.sentence;
}
