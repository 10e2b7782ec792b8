import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Backend, startBackend } from '../app.ts';
import { type Config, readSecretFile } from '../config.ts';
import { openKeys } from '../keys.ts';

/** Starts the backend that a configuration file describes. */
export async function startConfigured(
  config: Config,
  pathOf: (name: string) => string,
  log: Logger,
  onFatal: (sentence: string) => void,
): Promise<Backend> {
  const folder = pathOf(config.data);
  const keyFolder = config.keys.folder ? pathOf(config.keys.folder) : join(folder, 'keys');
  const keys = await openKeys(keyFolder, await sealingSecret(config, keyFolder, pathOf));
  const { issuer, clientId, clientSecretFile, scopes, groupsClaim, prompt, clientAuthentication } =
    config.identityProvider;
  const clientSecret = await readSecretFile(pathOf(clientSecretFile), 'client secret file');
  return startBackend({
    org: config.org.name,
    http: config.http,
    gateway: config.gateway,
    database: await databaseOf(config, folder, pathOf),
    keys,
    policyFile: pathOf(config.policy),
    identityProvider: {
      issuer,
      clientId,
      clientSecret,
      ...(scopes ? { scopes } : {}),
      ...(groupsClaim ? { groupsClaim } : {}),
      ...(prompt === undefined ? {} : { prompt }),
      ...(clientAuthentication ? { clientAuthentication } : {}),
    },
    log,
    onFatal,
  });
}

async function sealingSecret(config: Config, keyFolder: string, pathOf: (name: string) => string) {
  const sealed = config.keys.sealedWith;
  if (sealed && 'passphraseFile' in sealed)
    return { passphrase: await readSecretFile(pathOf(sealed.passphraseFile), 'passphrase file') };
  return { keyFile: sealed ? pathOf(sealed.keyFile) : join(keyFolder, 'sealing.key') };
}

async function databaseOf(config: Config, folder: string, pathOf: (name: string) => string) {
  const url = process.env.DATABASE_URL;
  if (url) return { url };
  if (config.database) return { url: await readSecretFile(pathOf(config.database.urlFile), 'database URL file') };
  return { folder };
}
