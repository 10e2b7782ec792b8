import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { TargetHost } from '../../../backend/demo/target-host.ts';
import { NO_POLICY } from '../../../main/managed/policy-source.ts';
import { buildServices, type Services } from '../../../main/services.ts';
import type { Settings } from '../../../protocol/ipc/settings.ts';
import type { ExternalSession } from '../../../protocol/ipc/snapshot.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { Browser } from '../../backend/auth/browser.ts';
import { startTestBackend, type TestBackend, type TestClient } from '../../support/backend.ts';
import { approveBy } from '../../support/command.ts';
import { removeFolder } from '../../support/folder.ts';
import { startSshd } from '../../support/sshd.ts';
import { type Ran, run } from '../gateway/world.ts';

/** The account on the targets: the one that this runs as. */
export const LOGIN = userInfo().username;

interface Parts extends Pick<Computer, 'folder' | 'backend' | 'services' | 'target' | 'direct' | 'log' | 'time'> {
  approver: TestClient;
}

/** Somebody's computer with the app's services and an ssh configuration of their own, an organisation, and two targets. */
export class Computer {
  readonly folder: string;
  readonly backend: TestBackend;
  readonly services: Services;
  /** Behind the gateway: "billing-app". */
  readonly target: TargetHost;
  /** Without a gateway: "build-host". */
  readonly direct: TargetHost;
  /** How much more time has gone by for the app than for the rest of the world, ms. */
  readonly time: { passed: number };
  /** What the app's log says. */
  readonly log: string[];
  /** The person's own configuration. */
  readonly config: string;
  readonly #approver: TestClient;

  private constructor(parts: Parts) {
    this.folder = parts.folder;
    this.backend = parts.backend;
    this.services = parts.services;
    this.target = parts.target;
    this.direct = parts.direct;
    this.log = parts.log;
    this.time = parts.time;
    this.config = join(this.folder, 'home', '.ssh', 'config');
    this.#approver = parts.approver;
  }

  static async start(): Promise<Computer> {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport computer '));
    const backend = await startTestBackend();
    const target = await startSshd({ userCaLine: formatKeyLine(backend.keys.userCa.publicBlob) });
    const direct = await startSshd({
      userCaLine: formatKeyLine(backend.keys.directCa.publicBlob),
      // A target that is careless about who logs in as whom.
      config: [`AuthorizedPrincipalsCommand /usr/bin/echo ${LOGIN}`, `AuthorizedPrincipalsCommandUser ${LOGIN}`],
    });
    await writeFile(backend.policyFile, policy(target, direct));
    const wrong = await backend.reloadPolicy();
    if (wrong !== undefined) throw new Error(wrong);
    const log: string[] = [];
    const time = { passed: 0 };
    const services = buildServices({
      applySettings: () => undefined,
      clock: { now: () => Date.now() + time.passed, monotonic: () => performance.now() + time.passed },
      log: {
        info: (message) => void log.push(message),
        warn: (message, error) => void log.push(`${message} ${error instanceof Error ? error.message : ''}`),
      },
      settings: settingsInMemory(backend.address),
      policy: NO_POLICY,
      backend: undefined,
      fetch,
      openBrowser: async (url) => {
        const browser = new Browser();
        void browser.press(await browser.open(url), 'person', 'erin').catch(() => undefined);
      },
      keychain: {
        available: async () => false,
        seal: async () => Buffer.alloc(0),
        unseal: async () => '',
      },
      signInFile: join(folder, 'sign-in.sealed'),
      folder,
      sshConfigFile: join(folder, 'home', '.ssh', 'config'),
      showTerminal: () => undefined,
      closeTerminalWindow: () => undefined,
      askFilesToSend: async () => [],
      askFolderToSaveIn: async () => null,
      confirmSending: async () => false,
      nativeScripts: '/nowhere',
      program: { version: '0.0.0', isPackaged: false, executable: process.execPath, resourcesPath: '/nowhere' },
      updateKeys: '/nowhere',
      tell: () => undefined,
      restart: () => undefined,
    });
    const approver = await backend.signIn('dana');
    await services.signIn.start();
    await until(services, () => services.store.state.known);
    return new Computer({ folder, backend, services, target, direct, log, time, approver });
  }

  /** Asks for access and has it approved; resolves when the ssh configuration lists it. */
  async grant(target: 'billing-app' | 'build-host' = 'billing-app', durationSeconds = 600): Promise<Grant> {
    const { requests, store, sshConfig } = this.services;
    const ask = { target, login: LOGIN, durationSeconds, reason: 'Look into an incident', ticket: '' };
    const { id } = await requests.create({ ...ask, startsAt: null, endsWithSession: false }, false);
    const { grantId } = await approveBy(this.#approver, { id, revision: 1 });
    await until(this.services, () => store.state.grants.get(grantId ?? '')?.status.state === 'live');
    await sshConfig.change(true);
    return store.state.grants.get(grantId ?? '')!;
  }

  /** ssh with the person's configuration; `rest` begins with options or the host. */
  ssh(rest: readonly string[], input?: string): Promise<Ran> {
    return run('ssh', ['-F', this.config, ...rest], input);
  }

  async release(grant: Grant): Promise<void> {
    await this.services.releases.byHand(grant.id);
  }

  /** The connections made with a grant, as the app shows them; newest first. */
  sessions(grant: Grant): ExternalSession[] {
    return this.services.store.state.externalSessions.filter(({ grantId }) => grantId === grant.id);
  }

  /** What ssh itself makes of the configuration for a host. */
  async settingOf(host: string, name: string): Promise<string | undefined> {
    const { stdout } = await this.ssh(['-G', host]);
    return new RegExp(`^${name} (.*)$`, 'm').exec(stdout.toString())?.[1];
  }

  async dispose(): Promise<void> {
    this.services.dispose();
    await this.backend.dispose();
    await Promise.all([this.target.stop(), this.direct.stop()]);
    await removeFolder(this.folder);
  }
}

/** Waits until something holds in the state. */
export function until({ store }: Services, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (holds()) return resolve();
    const stop = store.subscribe(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
  });
}

function settingsInMemory(backendAddress: string) {
  let chosen: Partial<Settings> = { backendAddress };
  return {
    chosen: () => chosen,
    change(fields: { [K in keyof Settings]?: Settings[K] | undefined }) {
      chosen = { ...chosen, ...(fields as Partial<Settings>) };
    },
  };
}

function policy(target: TargetHost, direct: TargetHost): string {
  const entry = (name: string, { port, hostKeyLine }: TargetHost, more: string): string =>
    `  - { name: ${name}, address: 127.0.0.1, port: ${port}, labels: { all: yes }, ${more} hostKeys: ["${hostKeyLine}"] }`;
  return `
version: 1
targets:
${entry('billing-app', target, '')}
${entry('build-host', direct, 'via: direct,')}
roles:
  - name: everything
    requesters: { groups: [engineering] }
    targets: { names: [billing-app, build-host] }
    logins: [${LOGIN}]
    maxDuration: 1h
    approvals: [{ groups: [dba] }]
    session: { shell: true, exec: true, sftp: true, forward: true }
`;
}

/** Runs a program with SSH_AUTH_SOCK. */
export function runWithAgent(agent: string, program: string, args: readonly string[], input?: string): Promise<Ran> {
  return run('env', [`SSH_AUTH_SOCK=${agent}`, program, ...args], input);
}
