import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../protocol/errors.ts';
import { keyIdSchema, publicKeySchema } from '../protocol/update/keys.ts';
import { isNamedRight } from '../protocol/update/release-key.ts';
import { parseYaml } from './policy/parse.ts';

const port = z.number().int().min(1).max(65535);

const NOT_ENCRYPTED = 'is not encrypted, and apps refuse it; put a TLS proxy in front and write https://';

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, search, hash, username, password } = new URL(text);
  return pathname === '/' && search + hash + username + password === '';
}

/** Whether it is safe to send tokens there: https, or a program on this very computer. Apps refuse any other. */
export function isSafeOrigin(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

/** The configuration file. Secrets are never in it: it names the files that hold them. */
export const configSchema = z.strictObject({
  org: z.strictObject({ name: z.string().min(1) }),
  /** Data folder: the embedded database and, unless given elsewhere, the sealed keys. */
  data: z.string().min(1),
  http: z.strictObject({
    host: z.string().default('127.0.0.1'),
    port: port.default(8022),
    /** Where people's apps and browsers reach it; a TLS proxy stands in front of it. */
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .refine(isOrigin, 'must be an origin without a path')
      .refine((url) => !isOrigin(url) || isSafeOrigin(url), NOT_ENCRYPTED),
    /** Addresses of the proxies that may say who the client is. */
    trustProxy: z.array(z.string()).default([]),
  }),
  gateway: z.strictObject({
    host: z.string().default('0.0.0.0'),
    port: port.default(2222),
    /** What apps are told, if it is another address than the one listened on. */
    advertised: z.strictObject({ host: z.string().min(1), port: port.default(2222) }),
  }),
  /** The embedded database when left out. `DATABASE_URL` in the environment goes before it. */
  database: z.strictObject({ urlFile: z.string().min(1) }).optional(),
  keys: z
    .strictObject({
      folder: z.string().min(1).optional(),
      sealedWith: z
        .union([z.strictObject({ keyFile: z.string().min(1) }), z.strictObject({ passphraseFile: z.string().min(1) })])
        .optional(),
    })
    .default({}),
  policy: z.string().min(1),
  identityProvider: z.strictObject({
    issuer: z.url(),
    clientId: z.string().min(1),
    clientSecretFile: z.string().min(1),
    scopes: z.array(z.string()).optional(),
    groupsClaim: z.string().min(1).optional(),
    /** What the provider's page is asked for at each sign-in; '' for nothing. 'login' when left out. */
    prompt: z.string().optional(),
    /** How the client secret is sent: in the header ('basic', when left out) or in the body. */
    clientAuthentication: z.enum(['basic', 'post']).optional(),
  }),
  /** The app's updates, handed out under /updates/. */
  updates: z
    .strictObject({
      folder: z.string().min(1),
      /** Who may publish the first feed over HTTP; from then on the feeds say it. None: the folder is filled otherwise. */
      keys: z
        .array(z.strictObject({ id: keyIdSchema, publicKey: publicKeySchema }).refine(isNamedRight, 'has another id'))
        .max(10)
        .default([]),
    })
    .optional(),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).default({ level: 'info' }),
});
export type Config = z.infer<typeof configSchema>;

/**
 * Reads a configuration file; paths in it are taken from its own folder.
 * @throws AppError 'invalid-input' whose sentence names file, line and field
 */
export async function readConfig(path: string): Promise<{ config: Config; pathOf: (name: string) => string }> {
  const text = await readText(path, 'configuration file');
  const config = parseYaml(text, basename(path), configSchema, 'invalid-input');
  return { config, pathOf: (name) => resolve(dirname(path), name) };
}

/** Where everything lies that a configuration names, as absolute paths. */
export interface Places {
  readonly data: string;
  readonly keys: string;
  readonly sealing: { readonly keyFile: string } | { readonly passphraseFile: string };
  readonly policy: string;
  readonly clientSecret: string;
  readonly databaseUrl: string | undefined;
}

export function placesOf(config: Config, pathOf: (name: string) => string): Places {
  const data = pathOf(config.data);
  const keys = config.keys.folder === undefined ? join(data, 'keys') : pathOf(config.keys.folder);
  const sealed = config.keys.sealedWith;
  return {
    data,
    keys,
    sealing:
      sealed === undefined
        ? { keyFile: join(keys, 'sealing.key') }
        : 'keyFile' in sealed
          ? { keyFile: pathOf(sealed.keyFile) }
          : { passphraseFile: pathOf(sealed.passphraseFile) },
    policy: pathOf(config.policy),
    clientSecret: pathOf(config.identityProvider.clientSecretFile),
    databaseUrl: config.database === undefined ? undefined : pathOf(config.database.urlFile),
  };
}

/** A secret of one line, from a file of its own. @throws AppError 'invalid-input' when it cannot be read or is empty */
export async function readSecretFile(path: string, what: string): Promise<string> {
  const text = (await readText(path, what)).trim();
  if (text === '') throw new AppError('invalid-input', `The ${what} ${path} is empty.`);
  return text;
}

async function readText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is not there' : (cause as Error).message;
    throw new AppError('invalid-input', `The ${what} ${path} cannot be read: ${why}.`, { cause });
  }
}
