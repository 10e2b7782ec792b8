import type { Logger } from 'pino';
import { type Backend, startBackend } from '../app.ts';
import { type Config, type Places, placesOf, readSecretFile } from '../config.ts';
import { openKeys } from '../keys.ts';

/** Starts the backend that a configuration file describes. */
export async function startConfigured(
  config: Config,
  pathOf: (name: string) => string,
  log: Logger,
  onFatal: (sentence: string) => void,
): Promise<Backend> {
  const places = placesOf(config, pathOf);
  const keys = await openKeys(places.keys, await sealingSecret(places));
  const { issuer, clientId, scopes, groupsClaim, prompt, clientAuthentication } = config.identityProvider;
  const clientSecret = await readSecretFile(places.clientSecret, 'client secret file');
  return startBackend({
    org: config.org.name,
    http: config.http,
    gateway: config.gateway,
    database: await databaseOf(places),
    keys,
    policyFile: places.policy,
    identityProvider: {
      issuer,
      clientId,
      clientSecret,
      ...(scopes ? { scopes } : {}),
      ...(groupsClaim ? { groupsClaim } : {}),
      ...(prompt === undefined ? {} : { prompt }),
      ...(clientAuthentication ? { clientAuthentication } : {}),
    },
    ...(config.updates ? { updates: { folder: pathOf(config.updates.folder), keys: config.updates.keys } } : {}),
    log,
    onFatal,
  });
}

/** What the sealed keys are opened with. @throws AppError 'invalid-input' when the passphrase cannot be read */
export async function sealingSecret({ sealing }: Pick<Places, 'sealing'>) {
  if ('keyFile' in sealing) return sealing;
  return { passphrase: await readSecretFile(sealing.passphraseFile, 'passphrase file') };
}

async function databaseOf(places: Places) {
  const url = process.env.DATABASE_URL;
  if (url) return { url };
  if (places.databaseUrl) return { url: await readSecretFile(places.databaseUrl, 'database URL file') };
  return { folder: places.data };
}
