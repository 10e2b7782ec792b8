import type { Logger } from 'pino';
import { type Clock, type Scheduler, systemClock, systemScheduler } from '../protocol/time.ts';
import type { ReleaseKey } from '../protocol/update/keys.ts';
import { appendAudit } from './audit/append.ts';
import type { IdentityProviderOptions } from './auth/identity-provider.ts';
import { createSignIn } from './auth/sign-in.ts';
import { Delegations } from './delegation/delegations.ts';
import { Feed } from './events/feed.ts';
import { Online } from './events/online.ts';
import { Presence } from './events/presence.ts';
import { pruneOutbox } from './events/retention.ts';
import { EventStreams } from './events/stream.ts';
import { startGateway } from './gateway/gateway.ts';
import { gatewayPorts } from './gateway-ports.ts';
import { Certificates } from './grants/certificates.ts';
import { Extensions } from './grants/extensions.ts';
import { Grants } from './grants/grants.ts';
import { LeftSessions } from './grants/left-sessions.ts';
import { GrantMoments } from './grants/moments.ts';
import { Sessions } from './grants/sessions.ts';
import { startHousekeeping } from './housekeeping.ts';
import { delegationHandlers, grantHandlers, requestHandlers } from './http/access-handlers.ts';
import { overviewHandlers } from './http/overview-handlers.ts';
import { createHttpServer, type HttpLimits } from './http/server.ts';
import type { Keys } from './keys.ts';
import { listen, stopListening } from './listen.ts';
import { LostNodes } from './nodes/lost-nodes.ts';
import { ThisNode } from './nodes/this-node.ts';
import manifest from './package.json' with { type: 'json' };
import { openPolicy } from './policy/policy-source.ts';
import { Decisions } from './requests/decisions.ts';
import { Requests } from './requests/requests.ts';
import { type DatabasePlace, startDatabase } from './storage/start-database.ts';
import { startSweeps } from './sweeps.ts';
import { updateFolder } from './updates/folder.ts';
import { Releases } from './updates/releases.ts';
import { registerNoUpdates, registerUpdates } from './updates/routes.ts';

export interface BackendOptions {
  org: string;
  /** Where HTTP listens; port 0 takes any free one. */
  http: { host: string; port: number; publicUrl?: string | undefined; trustProxy?: string[] | undefined };
  /** Where the gateway listens, and what apps are told if that is another address. */
  gateway: { host: string; port: number; advertised?: { host: string; port: number } | undefined };
  database: DatabasePlace;
  keys: Keys;
  policyFile: string;
  /** Given the address that the provider must send browsers back to, when that is only known now. */
  identityProvider: IdentityProviderOptions | ((publicUrl: string) => Promise<IdentityProviderOptions>);
  /** Where the app's updates lie, and whose signature is believed at first; none are handed out when left out. */
  updates?: { folder: string; keys: readonly ReleaseKey[] };
  log: Logger;
  /** Called when the backend cannot go on; whoever started it stops it. */
  onFatal: (sentence: string) => void;
  limits?: HttpLimits;
  clock?: Clock;
  scheduler?: Scheduler;
}

export interface Backend {
  /** Origin of the HTTP API. */
  readonly address: string;
  readonly gateway: { host: string; port: number; hostKeys: string[] };
  /** Reads the policy file again. Resolves to what is wrong with it, if anything. */
  reloadPolicy(): Promise<string | undefined>;
  /** Stops everything, the database last. */
  dispose(): Promise<void>;
}

/**
 * The whole backend: builds each service once, and takes them down in reverse.
 * @throws AppError with a sentence for whoever starts it; what had been started by then is stopped again
 */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const ends: (() => unknown)[] = [];
  const dispose = async (): Promise<void> => {
    for (let end = ends.pop(); end; end = ends.pop()) {
      try {
        await end();
      } catch (error) {
        options.log.error({ err: error }, 'a part did not stop cleanly');
      }
    }
  };
  try {
    return { ...(await build(options, ends)), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function build(options: BackendOptions, ends: (() => unknown)[]): Promise<Omit<Backend, 'dispose'>> {
  const { log, keys } = options;
  const clock = options.clock ?? systemClock;
  const scheduler = options.scheduler ?? systemScheduler(clock);
  const onError = (error: unknown): void => log.error({ err: error }, 'unexpected failure');

  const { server, origin } = await listen(options.http.host, options.http.port);
  ends.push(() => stopListening(server));
  const publicUrl = options.http.publicUrl ?? origin;

  const alone = 'folder' in options.database;
  const database = await startDatabase(options.database, ends, { error: onError, fatal: options.onFatal });

  const onRefused = (sentence: string): void => log.error({ sentence }, 'the policy file was refused');
  const source = await openPolicy({ path: options.policyFile, database, clock, onRefused });
  ends.push(() => source.dispose());
  const policy = source.current;

  const feed = await Feed.start(database, onError);
  ends.push(() => feed.dispose());

  const presence = new Presence();
  const online = new Online({ database, presence, now: clock.now(), onError });
  ends.push(() => online.dispose());
  const requests = new Requests({ database, clock, policy, onlineAmong: (people) => online.among(people) });
  const decisions = new Decisions({ database, clock, policy, onError });
  const delegations = new Delegations({ database, clock, policy });
  const grants = new Grants({ database, clock, policy });
  const node = await ThisNode.start({ database, clock, onError, graceMs: () => policy().gatewayGrace * 1_000 });
  ends.push(() => node.dispose());
  const sessions = new Sessions({ database, clock, policy, holdNode: (tx) => node.hold(tx) });
  const left = new LeftSessions({ database, clock, sessions });
  if (alone) await left.closeAll();
  ends.push(new LostNodes({ database, clock, sessions }).watch(onError));
  const moments = new GrantMoments({ database, clock, policy });

  const swept = { requests: { database, clock, policy }, delegations, moments, left };
  ends.push(startSweeps({ clock, scheduler, onError, feed, ...swept }));

  const gateway = await startGateway({
    host: options.gateway.host,
    port: options.gateway.port,
    hostKey: keys.gatewayHostKey,
    trustedUserCas: [keys.userCa.publicBlob],
    ports: gatewayPorts({ database, clock, sessions, userCa: keys.userCa, feed, node }),
    controlGraceMs: () => node.graceMs,
    log,
    clock,
    scheduler,
  });
  ends.push(() => gateway.dispose());
  const { host, port } = options.gateway.advertised ?? { host: options.gateway.host, port: gateway.port };
  const gatewayAddress = { kind: 'gateway' as const, host, port, hostKeys: [gateway.hostKeyLine] };
  const certificates = new Certificates({
    database,
    clock,
    policy,
    userCa: keys.userCa,
    directCa: keys.directCa,
    gateway: () => gatewayAddress,
  });

  const provider =
    typeof options.identityProvider === 'function'
      ? await options.identityProvider(publicUrl)
      : options.identityProvider;
  const { signInSealingKey: sealingKey } = keys;
  const signIn = createSignIn({ database, clock, policy, provider, sealingKey, publicUrl, onError });
  const chores = [() => pruneOutbox(database, clock), (over: () => boolean) => signIn.forgetOld(over)];
  ends.push(startHousekeeping(database, chores, onError));

  const streams = new EventStreams({
    database,
    clock,
    feed,
    presence,
    isSignInLive: (id) => signIn.isLive(id),
    onSignInEnded: (listener) => signIn.onSignInEnded(listener),
  });
  const org = { name: options.org, version: manifest.version };
  const app = await createHttpServer({
    server,
    database,
    clock,
    streams,
    authenticate: (token) => signIn.authenticate(token),
    registerSignIn: (scope) => signIn.register(scope),
    registerUpdates: (scope) => {
      if (!options.updates) return registerNoUpdates(scope);
      const folder = updateFolder(options.updates.folder);
      const releases = new Releases({ folder, publicUrl, keys: options.updates.keys, database, clock, log });
      registerUpdates(scope, { folder, releases, clock });
    },
    handlers: {
      ...overviewHandlers({ database, clock, policy, org }),
      ...requestHandlers(requests, decisions),
      ...delegationHandlers(delegations),
      ...grantHandlers(grants, certificates, new Extensions({ database, clock, policy })),
      'auth.token': ({ input, userAgent }) => signIn.token(input.body, userAgent),
      'auth.signOut': ({ caller }) => signIn.signOut(caller),
    },
    version: manifest.version,
    logger: log,
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.http.trustProxy ? { trustProxy: options.http.trustProxy } : {}),
  });
  ends.push(() => app.close());
  // Said first at the end: nobody new comes in, and the calls under way are answered while everything still stands.
  ends.push(() => stopListening(server));
  ends.push(() => streams.dispose());
  await app.ready();
  await database.inTransaction(async (tx) => {
    const message = `The backend started, version ${manifest.version}.`;
    appendAudit(tx, { at: clock.now(), kind: 'backend.started', actor: 'backend', message });
  });
  log.info({ address: origin, gateway: gatewayAddress }, 'the backend is up');
  return { address: origin, gateway: gatewayAddress, reloadPolicy: () => source.reload() };
}
