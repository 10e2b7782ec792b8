import { AppError } from '../../protocol/errors.ts';
import { type Config, placesOf, readConfig, readSecretFile } from '../config.ts';
import { lookAtUpdates } from '../updates/look-at-updates.ts';
import { judgeClock, probeSynchronised } from './clock.ts';
import { judgeConfiguration, probeConfiguration } from './configuration.ts';
import { judgeDataFolder, probeDataFolder } from './data-folder.ts';
import { judgeDatabase } from './database.ts';
import { type DatabaseFacts, probeDatabase } from './database-probe.ts';
import { embeddedAddress, judgeEmbedded, judgeUnasked, probeEmbedded } from './embedded-database.ts';
import { factsOfFile } from './file-facts.ts';
import { type Finding, findingsOf } from './finding.ts';
import { judgeGatewayAddress, probeGatewayAddress } from './gateway-address.ts';
import { judgeIdentityProvider } from './identity-provider.ts';
import { probeIdentityProvider } from './identity-provider-probe.ts';
import { judgeKeys, probeKeys } from './keys.ts';
import { judgePolicy, probePolicy } from './policy.ts';
import { judgePorts, probePorts } from './ports.ts';
import { judgePublicAddress, probePublicAddress } from './public-address.ts';
import { probeRunning, type Running } from './running-backend.ts';
import { judgeUser } from './running-user.ts';
import { becomeServiceUser, nameOfUser } from './service-user.ts';
import { judgeTargets, probeTargets } from './targets.ts';

export interface DoctorOptions {
  readonly config: string;
  /** Whether each target is called. */
  readonly targets: boolean;
}

/**
 * Looks at everything the backend needs, and changes nothing. It is harmless while the backend runs: it opens no data
 * folder and starts no database. Run by root, it goes on as the user that owns the data folder, for good.
 */
export async function examine({ config: file, targets }: DoctorOptions): Promise<Finding[]> {
  let read: Awaited<ReturnType<typeof readConfig>>;
  try {
    read = await readConfig(file);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [findingsOf('configuration').wrong(error.message)];
  }
  const { config } = read;
  const places = placesOf(config, read.pathOf);
  const service = await becomeServiceUser(places.data);
  const data = await factsOfFile(places.data);
  const user = judgeUser(data, data ? await nameOfUser(data.uid) : '', service);
  if (process.getuid?.() === 0) {
    // Root would read what the file names, and send it where the file says: on no other word than root's.
    const own = judgeConfiguration({ ...(await probeConfiguration(file, places)), secrets: [] }, service);
    if (own.some(({ verdict }) => verdict === 'wrong'))
      return [...user, ...own, findingsOf('configuration').wrong('Until then root looks at nothing that it names.')];
  }

  const running = await probeRunning(config.http);
  const clientSecret = await readSecretFile(places.clientSecret, 'client secret file').catch(() => undefined);
  const { issuer, clientId, clientAuthentication = 'basic' } = config.identityProvider;
  const { publicUrl } = config.http;
  // Before the rest: whoever called an address of ours at that moment would meet this.
  const ports = running === 'well' || running === 'ailing' ? [] : await probePorts(portsOf(config));
  const [configuration, policy, folder, keys, database, provider, synchronised, address, gateway] = await Promise.all([
    probeConfiguration(file, places),
    probePolicy(places.policy),
    probeDataFolder(places.data),
    probeKeys(places),
    lookAtDatabase(places, running),
    probeIdentityProvider({ issuer, clientId, clientSecret, clientAuthentication, publicUrl }),
    probeSynchronised(),
    probePublicAddress(publicUrl),
    probeGatewayAddress(config.gateway.advertised, places.keys),
  ]);
  const dialled = targets && 'policy' in policy ? await probeTargets(policy.policy.targets) : [];
  const now = Date.now();
  const others = [
    {
      whose: 'the identity provider',
      aheadMs: 'clockAheadMs' in provider.discovery ? provider.discovery.clockAheadMs : undefined,
    },
    { whose: 'the database', aheadMs: database.aheadMs },
  ].flatMap(({ whose, aheadMs }) => (aheadMs === undefined ? [] : [{ whose, aheadMs }]));
  return [
    ...user,
    ...judgeConfiguration(configuration, service),
    ...judgePolicy(policy, service),
    ...judgeDataFolder(folder, service),
    ...judgeKeys(keys),
    ...database.findings,
    ...judgeClock({ synchronised, others }),
    ...judgeIdentityProvider(provider, now),
    ...judgePorts(ports, running),
    ...judgePublicAddress(address, config.org.name, running, now),
    ...judgeGatewayAddress(gateway, running),
    ...judgeTargets(dialled),
    ...(config.updates
      ? await lookAtUpdates(
          { path: read.pathOf(config.updates.folder), keys: config.updates.keys, publicUrl: config.http.publicUrl },
          now,
        )
      : []),
  ];
}

function portsOf({ http, gateway }: Config) {
  return [
    { what: 'HTTP', host: http.host, port: http.port },
    { what: 'gateway', host: gateway.host, port: gateway.port },
  ];
}

/** A database of the organisation's own is asked; the embedded one only while the backend runs it. */
async function lookAtDatabase(
  places: ReturnType<typeof placesOf>,
  running: Running,
): Promise<{ findings: Finding[]; aheadMs: number | undefined }> {
  const judge = (facts: DatabaseFacts | { why: string }) => ({
    findings: judgeDatabase(facts, running === 'well'),
    aheadMs: 'why' in facts ? undefined : facts.aheadMs,
  });
  if (process.env.DATABASE_URL) return judge(await probeDatabase({ url: process.env.DATABASE_URL }));
  if (places.databaseUrl) {
    const url = await readSecretFile(places.databaseUrl, 'database URL file').catch(() => undefined);
    // The configuration's own check says what is wrong with the file.
    return url === undefined ? judge({ why: 'its address cannot be read' }) : judge(await probeDatabase({ url }));
  }
  const facts = await probeEmbedded(places.data);
  const findings = judgeEmbedded(facts);
  if (findings.length > 0) return { findings, aheadMs: undefined };
  const address = await embeddedAddress(places.data);
  if (address) return judge(await probeDatabase(address));
  return { findings: judgeUnasked(facts.folderVersion, running === 'well'), aheadMs: undefined };
}
