import { spawn } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuedCertificate } from '../../../backend/ca/issue.ts';
import { issueAccessCertificate, issueTargetCertificate } from '../../../backend/ca/session-certificates.ts';
import type { Signer } from '../../../backend/ca/signer.ts';
import type { TargetHost } from '../../../backend/demo/target-host.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../../backend/gateway/gateway.ts';
import type {
  AccessAnswer,
  ClosedSession,
  Forwarding,
  GatewayPorts,
  LiveGrant,
  OpenedSession,
  Refusal,
} from '../../../backend/gateway/ports.ts';
import type { EndReason } from '../../../protocol/model/grant.ts';
import { formatPrivateKey } from '../../../protocol/ssh/private-key.ts';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { systemClock } from '../../../protocol/time.ts';
import { removeFolder } from '../../support/folder.ts';
import { startSshd } from '../../support/sshd.ts';

/** A CA whose key is in memory. */
export function memorySigner(): Signer & { key: KeyObject } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { key: privateKey, publicBlob: ed25519Blob(privateKey), sign: async (data) => sign(null, data, privateKey) };
}

/** The backend's side of the gateway, kept in memory: grants that live until they are ended. */
export class Services implements GatewayPorts {
  readonly grants = new Map<string, LiveGrant>();
  readonly opened: OpenedSession[] = [];
  readonly closed: ClosedSession[] = [];
  readonly refusals: Refusal[] = [];
  readonly forwardings: Forwarding[] = [];
  /** What the gateway is told of our silence, ms. */
  silence = 0;
  readonly #endListeners = new Set<Parameters<GatewayPorts['onGrantEnded']>[0]>();
  readonly #moveListeners = new Set<Parameters<GatewayPorts['onGrantExtended']>[0]>();
  readonly #doubtListeners = new Set<() => void>();
  readonly #deathListeners = new Set<() => void>();
  readonly #waiting = new Set<() => void>();
  readonly #ca: Signer;

  constructor(ca: Signer) {
    this.#ca = ca;
  }

  async authorize({ grantId }: { grantId: string }): Promise<AccessAnswer> {
    const grant = this.grants.get(grantId);
    const message = 'This access has ended. Ask for it again in the app.';
    if (grant === undefined) return { ok: false, code: 'grant-ended', message, over: { reason: 'revoked', by: null } };
    if (grant.endsAt > Date.now()) return { ok: true, grant };
    if (grant.cutsAt > Date.now()) return { ok: false, code: 'grant-ended', message, mayGoOn: true };
    return { ok: false, code: 'grant-ended', message, over: { reason: 'expired', by: null } };
  }

  async forwarding(forwarding: Forwarding) {
    this.forwardings.push(forwarding);
    this.#wake();
  }

  onDoubt(listener: () => void) {
    this.#doubtListeners.add(listener);
    return () => this.#doubtListeners.delete(listener);
  }

  /** Something was said that nobody understood. */
  doubt(): void {
    for (const listener of this.#doubtListeners) listener();
  }

  onTakenForDead(listener: () => void) {
    this.#deathListeners.add(listener);
    return () => this.#deathListeners.delete(listener);
  }

  /** The other gateways have closed the sessions of this one. */
  takeForDead(): void {
    for (const listener of this.#deathListeners) listener();
  }

  silentForMs(): number {
    return this.silence;
  }

  async openSession(session: OpenedSession) {
    this.opened.push(session);
    this.#wake();
  }

  async closeSession(session: ClosedSession) {
    this.closed.push(session);
    this.#wake();
  }

  async refused(refusal: Refusal) {
    this.refusals.push(refusal);
    this.#wake();
  }

  async issueTargetCertificate(request: { publicKey: Buffer; grantId: string; sessionId: string }) {
    const grant = this.grants.get(request.grantId);
    if (grant === undefined) throw new Error('no such grant');
    const issued = await issueTargetCertificate(
      this.#ca,
      systemClock,
      request.publicKey,
      certified(grant),
      request.sessionId,
    );
    return issued.blob;
  }

  onGrantEnded(listener: Parameters<GatewayPorts['onGrantEnded']>[0]) {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  onGrantExtended(listener: Parameters<GatewayPorts['onGrantExtended']>[0]) {
    this.#moveListeners.add(listener);
    return () => this.#moveListeners.delete(listener);
  }

  end(grantId: string, reason: EndReason, by?: string): void {
    this.grants.delete(grantId);
    for (const listener of this.#endListeners) listener({ grantId, reason, by: by ?? null });
  }

  /** @param cutsAt the same when left out: nothing drains */
  extend(grantId: string, endsAt: number, cutsAt: number = endsAt): void {
    const grant = this.grants.get(grantId);
    if (grant) this.grants.set(grantId, { ...grant, endsAt, cutsAt });
    for (const listener of this.#moveListeners) listener({ grantId, cutsAt });
  }

  /** Waits until something holds; looked at whenever a port is called. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Certificates end at whole seconds; these tests are about the milliseconds of the gateway's own clock. */
const ROUNDING_MS = 2_000;

function certified(grant: LiveGrant) {
  return {
    ...{ id: grant.id, login: grant.login, target: grant.target.name, personEmail: grant.person.email },
    ...{ endsAt: grant.endsAt + ROUNDING_MS, pty: grant.limits.pty !== false, forward: grant.limits.forward === true },
  };
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Access {
  readonly grant: LiveGrant;
  readonly key: KeyObject;
  readonly issued: IssuedCertificate;
  /** Private key file; the certificate lies beside it. */
  readonly keyFile: string;
}

/** A target, a gateway and everything a person needs, on real OpenSSH. */
export class World {
  readonly folder: string;
  readonly ca: ReturnType<typeof memorySigner>;
  readonly services: Services;
  readonly target: TargetHost;
  readonly gateway: Gateway;
  readonly knownHosts: string;
  #count = 0;

  private constructor(
    folder: string,
    ca: ReturnType<typeof memorySigner>,
    services: Services,
    target: TargetHost,
    gateway: Gateway,
  ) {
    this.folder = folder;
    this.ca = ca;
    this.services = services;
    this.target = target;
    this.gateway = gateway;
    this.knownHosts = join(folder, 'known_hosts');
  }

  /** @param change what else than memory the services are to be */
  static async start(
    options: Partial<GatewayOptions> = {},
    sshdConfig: readonly string[] = [],
    change: (services: Services) => void = () => {},
  ): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-world-'));
    const ca = memorySigner();
    const services = new Services(ca);
    change(services);
    const target = await startSshd({ userCaLine: formatKeyLine(ca.publicBlob), config: sshdConfig });
    const gateway = await startGateway({
      host: '127.0.0.1',
      port: 0,
      hostKey: generateKeyPairSync('ed25519').privateKey,
      trustedUserCas: [ca.publicBlob],
      ports: services,
      log: { info: () => {}, error: () => {} },
      controlGraceMs: () => 60_000,
      ...options,
    });
    const world = new World(folder, ca, services, target, gateway);
    await writeFile(
      world.knownHosts,
      `[127.0.0.1]:${gateway.port} ${gateway.hostKeyLine}\n[127.0.0.1]:${target.port} ${target.hostKeyLine}\n`,
    );
    return world;
  }

  async stop(): Promise<void> {
    await this.gateway.dispose();
    await this.target.stop();
    await removeFolder(this.folder);
  }

  /** A live grant on the target. */
  grant(changes: Partial<LiveGrant> = {}): LiveGrant {
    const endsAt = changes.endsAt ?? Date.now() + 600_000;
    const grant: LiveGrant = {
      id: randomUUID(),
      endsAt,
      cutsAt: endsAt,
      login: this.target.login,
      target: {
        ...{ name: 'db-1', address: '127.0.0.1', port: this.target.port },
        hostKeys: [this.target.hostKeyLine],
      },
      person: { id: 'ada', email: 'ada@example.com', name: 'Ada' },
      limits: { shell: true, exec: true, sftp: true },
      ...changes,
    };
    this.services.grants.set(grant.id, grant);
    return grant;
  }

  /** Key and certificate files for a grant, as a person's OpenSSH would use them. */
  async access(changes: Partial<LiveGrant> = {}): Promise<Access> {
    const grant = this.grant(changes);
    const key = generateKeyPairSync('ed25519').privateKey;
    const issued = await issueAccessCertificate(this.ca, systemClock, ed25519Blob(key), certified(grant));
    return { grant, key, issued, keyFile: await this.keyFiles(key, issued.line) };
  }

  async keyFiles(key: KeyObject, certificateLine: string): Promise<string> {
    const keyFile = join(this.folder, `key-${++this.#count}`);
    await writeFile(keyFile, formatPrivateKey(key), { mode: 0o600 });
    await writeFile(`${keyFile}.pub`, `${formatKeyLine(ed25519Blob(key))}\n`);
    await writeFile(`${keyFile}-cert.pub`, `${certificateLine}\n`);
    return keyFile;
  }

  /** Options for ssh, scp and sftp; nothing of this machine's own configuration is used. */
  options(keyFile: string): string[] {
    const settings = [
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      `UserKnownHostsFile=${this.knownHosts}`,
      'GlobalKnownHostsFile=/dev/null',
      `IdentityFile=${keyFile}`,
      'IdentitiesOnly=yes',
      'IdentityAgent=none',
    ];
    return ['-F', '/dev/null', ...settings.flatMap((setting) => ['-o', setting])];
  }

  /** Arguments of ssh through the gateway, or through whatever else listens at `port` with a known host key. */
  sshArguments(access: Access, rest: readonly string[], port = this.gateway.port): string[] {
    const user = `${access.grant.login}@${access.grant.target.name}`;
    return [...this.options(access.keyFile), '-p', String(port), '-l', user, ...rest];
  }

  /** The same for scp and sftp. */
  copyArguments(access: Access): string[] {
    const user = `User=${access.grant.login}@${access.grant.target.name}`;
    return [...this.options(access.keyFile), '-P', String(this.gateway.port), '-o', user];
  }

  /** ssh through the gateway; `rest` is what follows the options: more options, then 127.0.0.1, then a command. */
  ssh(access: Access, rest: readonly string[], input?: Buffer | string): Promise<Ran> {
    return run('ssh', this.sshArguments(access, rest), input);
  }
}

export function run(program: string, args: readonly string[], input?: Buffer | string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    let stderr = '';
    child.stdout?.on('data', (data: Buffer) => out.push(data));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout: Buffer.concat(out), stderr }));
    child.stdin?.on('error', () => {}).end(input);
  });
}
