import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { issueAccessCertificate, issueDirectCertificate } from '../../../backend/ca/session-certificates.ts';
import type { Call } from '../../../main/connection/call.ts';
import { externalSessionIds } from '../../../main/external-session-ids.ts';
import { BackendClock } from '../../../main/grants/backend-clock.ts';
import { Certificates } from '../../../main/grants/certificates.ts';
import { Grants } from '../../../main/grants/grants.ts';
import { Keys } from '../../../main/keys.ts';
import { serveAgent } from '../../../main/ssh-agent/agent.ts';
import { RunFolder } from '../../../main/ssh-agent/run-folder.ts';
import type { Store } from '../../../main/store.ts';
import { NativeTerminals, nativePlatform } from '../../../main/terminal/native/native-terminals.ts';
import type { NativePlatform } from '../../../main/terminal/native/terminal-program.ts';
import type { Endpoint } from '../../../protocol/api/routes.ts';
import type { AppError } from '../../../protocol/errors.ts';
import { DEFAULT_SETTINGS } from '../../../protocol/ipc/settings.ts';
import type { ExternalSession } from '../../../protocol/ipc/snapshot.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { parseKeyLine } from '../../../protocol/ssh/public-key.ts';
import { systemClock, systemScheduler } from '../../../protocol/time.ts';
import { ROOT } from '../../../scripts/folders.ts';
import { grant as exampleGrant, newStore, signedIn, silentLog } from '../../main/examples.ts';
import { removeFolder } from '../../support/folder.ts';
import { World } from '../gateway/world.ts';

/** Longer than any test: where only the app may cut, the gateway's own clock must not. */
const FAR_MS = 600_000;
/** Each grant has a target of its own name, so that each window has a title of its own. */
let targets = 0;

/**
 * A target whose sessions have a home of their own: they are cut while they log in, and what the start-up files of this
 * machine's account do (taking locks) would be cut with them. @param sshd more lines for its configuration
 */
export async function startNativeWorld(sshd: readonly string[] = []): Promise<World> {
  const home = await mkdtemp(join(tmpdir(), 'sallyport-home-'));
  const world = await World.start({}, [`SetEnv HOME=${home}`, ...sshd]);
  const stop = world.stop.bind(world);
  world.stop = async () => {
    await stop();
    await removeFolder(home);
  };
  return world;
}

/** A person's desk without a desktop: the app's services around native terminals, real ssh, and a display. */
export class NativeDesk {
  readonly folder: string;
  readonly store: Store;
  readonly native: NativeTerminals;
  readonly problems: string[] = [];
  /** What this desk is told instead of the truth about the endpoint. */
  endpoint: Partial<Endpoint> = {};
  /** Thrown instead of giving a certificate. */
  refusal: AppError | undefined;
  readonly run: RunFolder;
  readonly #world: World;
  readonly #grants: Grants;

  private constructor(world: World, folder: string, display: string, platform: NativePlatform) {
    this.#world = world;
    this.folder = folder;
    this.store = newStore(
      { kind: 'settings', settings: { ...DEFAULT_SETTINGS, connectWith: 'native', nativeTerminal: 'xterm' } },
      signedIn(),
    );
    const keys = new Keys();
    const [clock, scheduler] = [systemClock, systemScheduler()];
    const claim = (id: string, line: string) => this.#certify(id, line);
    const certificates = new Certificates({ keys, clock, scheduler, claim, log: silentLog });
    const backendClock = new BackendClock(clock, () => uptime() * 1000);
    const grants: Grants = new Grants({
      ...{ store: this.store, keys, certificates, clock, backendClock, scheduler },
      every: (ms, act) => {
        const timer = setInterval(act, ms);
        return () => clearInterval(timer);
      },
      call: undefined as unknown as Call,
      onEnded: (ended) => this.native.cut(ended),
    });
    this.#grants = grants;
    this.run = new RunFolder(folder);
    this.native = new NativeTerminals({
      ...{ store: this.store, platform, nextId: externalSessionIds(), now: Date.now },
      env: {
        ...process.env,
        ...{ DISPLAY: display, HOME: folder, XENVIRONMENT: join(folder, 'resources'), LANG: 'C.UTF-8' },
      },
      credential: (id) => grants.credential(id),
      serveAgent: (grantId, title) =>
        serveAgent({
          ...{ grantId, title, folder: this.run.path, log: silentLog },
          credential: () => grants.credential(grantId),
          mayUse: () => grants.mayUse(grantId),
        }),
      mayOpen: (id) => grants.mayUse(id),
      mayPass: (id) => grants.mayPass(id),
      runFolder: () => this.run.path,
      scripts: join(ROOT, 'resources/native'),
      log: { info: () => undefined, warn: (message, error) => void this.problems.push(`${message}: ${error}`) },
    });
  }

  /** @param name of the desk's folder, in which everything lies */
  static async start(
    world: World,
    display: string,
    platform: NativePlatform = nativePlatform(),
    name = 'sallyport-desk-',
  ): Promise<NativeDesk> {
    const folder = await mkdtemp(join(tmpdir(), name));
    await writeFile(join(folder, 'resources'), `*logging: true\n*logFile: ${join(folder, 'screen')}\n`);
    return new NativeDesk(world, folder, display, platform);
  }

  /** A live grant of mine. @param endsAt when this app ends it; the gateway would let it go on */
  grant(endsAt = Date.now() + FAR_MS, fields: Partial<Grant> = {}): Grant {
    const id = `gra_${String(Math.random()).slice(2).padEnd(12, '0').slice(0, 12)}`;
    const far = Date.now() + FAR_MS;
    const name = `db-${++targets}`;
    const { login, port, hostKeyLine } = this.#world.target;
    const address = { name, address: '127.0.0.1', port, hostKeys: [hostKeyLine] };
    this.#world.grant({ id, endsAt: far, cutsAt: far, target: address });
    const target = { ...exampleGrant().target, ...fields.target, name };
    const grant = exampleGrant({ id, login, startsAt: Date.now() - 1_000, endsAt, ...fields, target });
    this.store.apply({ kind: 'grant-changed', grant });
    return grant;
  }

  session(id: string): ExternalSession {
    const session = this.store.state.externalSessions.find((s) => s.id === id);
    if (!session) throw new Error(`no session ${id}`);
    return session;
  }

  /** Resolves when a session is in this state; with when that was, epoch ms. */
  async reaches(id: string, state: ExternalSession['status']['state']): Promise<number> {
    if (this.session(id).status.state === state) return Date.now();
    return new Promise((resolve) => {
      const stop = this.store.subscribe(() => {
        if (this.session(id).status.state !== state) return;
        stop();
        resolve(Date.now());
      });
    });
  }

  /** All that xterm was sent so far. */
  screen(): Promise<string> {
    return readFile(join(this.folder, 'screen'), 'utf8').catch(() => '');
  }

  /** Process id of the ssh of a session. */
  async sshPid(id: string): Promise<number> {
    return Number(await readFile(join(this.run.path, id, 'ssh.pid'), 'utf8'));
  }

  async dispose(): Promise<void> {
    this.native.dispose();
    this.#grants.dispose();
    this.run.dispose();
    await removeFolder(this.folder);
  }

  async #certify(id: string, line: string) {
    if (this.refusal) throw this.refusal;
    const grant = this.store.state.grants.get(id)!;
    const world = this.#world;
    const direct = grant.target.via === 'direct';
    const issue = direct ? issueDirectCertificate : issueAccessCertificate;
    const validBefore = Date.now() + FAR_MS;
    const issued = await issue(world.ca, systemClock, parseKeyLine(line).blob, {
      ...{ id, login: grant.login, target: grant.target.name, personEmail: 'erin@example.com' },
      ...{ endsAt: validBefore, pty: true, forward: false },
    });
    const { host, port, hostKeys } = direct
      ? { host: '127.0.0.1', port: world.target.port, hostKeys: [world.target.hostKeyLine] }
      : { host: '127.0.0.1', port: world.gateway.port, hostKeys: [world.gateway.hostKeyLine] };
    return {
      ...{ certificate: issued.line, serial: '1', validAfter: Date.now(), validBefore, now: Date.now(), grant },
      endpoint: { kind: direct ? ('direct' as const) : ('gateway' as const), host, port, hostKeys, ...this.endpoint },
      username: direct ? grant.login : `${grant.login}@${grant.target.name}`,
    };
  }
}
