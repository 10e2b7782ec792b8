import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, toFailure } from '../../../protocol/errors.ts';
import type { ExternalSession } from '../../../protocol/ipc/snapshot.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { gatewayPrincipal } from '../../../protocol/model/target.ts';
import type { Credential } from '../../grants/certificates.ts';
import type { EndedGrant } from '../../grants/grants.ts';
import type { Log } from '../../log.ts';
import { mayConnectIn } from '../../managed/in-force.ts';
import type { Agent } from '../../ssh-agent/agent.ts';
import type { Store } from '../../store.ts';
import { darwin } from './darwin.ts';
import { Installed, type InstalledTerminal } from './installed.ts';
import { LaunchFolder } from './launch-folder.ts';
import { linux } from './linux.ts';
import { NativeSession } from './native-session.ts';
import type { NativePlatform } from './terminal-program.ts';
import { win32 } from './win32.ts';

/** The platform's file for this computer. */
export function nativePlatform(platform: NodeJS.Platform = process.platform): NativePlatform {
  return platform === 'win32' ? win32 : platform === 'darwin' ? darwin : linux;
}

interface NativeTerminalsOptions {
  store: Store;
  platform: NativePlatform;
  env: NodeJS.ProcessEnv;
  /** Makes what is opened with a grant. */
  credential: (grantId: string) => Promise<Credential>;
  serveAgent: (grantId: string, title: string, onTooOld: () => void) => Promise<Agent>;
  mayOpen: (grantId: string) => boolean;
  mayPass: (grantId: string) => boolean;
  /** Id of a session that is not taken, `ext-N`. */
  nextId: () => string;
  /** The app's run folder; asked for at each launch. */
  runFolder: () => string;
  /** Where our scripts are (resources/native). Read, never run, from there: it may lie inside an archive. */
  scripts: string;
  now: () => number;
  log: Log;
}

/** ssh in the person's own terminals. */
export class NativeTerminals {
  readonly #options: NativeTerminalsOptions;
  readonly #installed: Installed;
  readonly #sessions = new Map<string, { grantId: string; session: NativeSession }>();

  constructor(options: NativeTerminalsOptions) {
    this.#options = options;
    this.#installed = new Installed(options.platform, options.env);
  }

  /** The terminals that are installed here and can be chosen, beside the desktop's own (''); only those allowed. */
  async list(): Promise<{ id: string; name: string }[]> {
    const { terminals } = this.#options.store.state.managed;
    const here = (await this.#installed.terminals()).filter(
      ({ program }) => !program.standsIn && mayConnectIn(terminals, program.id),
    );
    return here.map(({ program: { id, name } }) => ({ id, name }));
  }

  /** Opens the chosen terminal with ssh in it. What goes wrong is thrown, and stands in the state. @throws AppError */
  async open(grantId: string): Promise<{ id: string }> {
    const { store, mayOpen, nextId, now } = this.#options;
    const grant = store.state.grants.get(grantId);
    if (!grant || !mayOpen(grantId)) {
      throw new AppError('grant-not-live', 'This access is not open. Ask for it again.');
    }
    const title = gatewayPrincipal(grant.login, grant.target.name);
    const shown: ExternalSession = {
      ...{ id: nextId(), grantId, title, program: 'terminal', openedAt: now() },
      status: { state: 'opening' },
    };
    store.apply({ kind: 'external-session', session: shown });
    const show = (change: Partial<ExternalSession>): void => {
      Object.assign(shown, change);
      // Whoever signed out has no list of theirs any more.
      if (!store.state.externalSessions.some((session) => session.id === shown.id)) return;
      store.apply({ kind: 'external-session', session: { ...shown } });
    };
    let session: NativeSession;
    try {
      const [ssh, terminal] = await Promise.all([
        this.#installed.ssh(),
        this.#installed.terminal(store.state.settings.nativeTerminal, store.state.managed.terminals),
      ]);
      show({ program: terminal.program.name });
      session = this.#session(shown.id, grant, { ssh, terminal }, (status) => show({ status }));
    } catch (error) {
      show({ status: { state: 'failed', problem: toFailure(error) } });
      throw error;
    }
    await session.start();
    this.#options.log.info('a native terminal was started', { id: shown.id, program: shown.program, title });
    return { id: shown.id };
  }

  #session(
    id: string,
    grant: Grant,
    found: { terminal: InstalledTerminal; ssh: string },
    setStatus: (status: ExternalSession['status']) => void,
  ): NativeSession {
    const { platform, env, credential, serveAgent, mayOpen, mayPass, runFolder, scripts, now, log } = this.#options;
    const title = gatewayPrincipal(grant.login, grant.target.name);
    const session = new NativeSession({
      ...found,
      ...{ title, env, setStatus, now, hostKeyAlias: grant.target.name },
      folder: new LaunchFolder(join(runFolder(), id), platform.script),
      script: readFileSync(join(scripts, platform.script.source), 'utf8'),
      credential: () => credential(grant.id),
      serveAgent: (onTooOld) => serveAgent(grant.id, title, onTooOld),
      mayOpen: () => mayOpen(grant.id),
      mayPass: () => mayPass(grant.id),
      onGone: () => this.#sessions.delete(id),
      onProblem: (message, error) => log.warn(`native terminal of ${title}: ${message}`, error),
    });
    this.#sessions.set(id, { grantId: grant.id, session });
    return session;
  }

  /** Ends one session. */
  end(id: string): void {
    this.#sessions.get(id)?.session.cut(null, 'you ended this session');
  }

  /** Cuts every session of a grant that is over. The windows stay, to say why. */
  cut({ grantId, reason, sentence }: EndedGrant): void {
    for (const held of this.#sessions.values()) if (held.grantId === grantId) held.session.cut(reason, sentence);
  }

  dispose(): void {
    for (const { session } of this.#sessions.values()) session.dispose();
    this.#sessions.clear();
  }
}
