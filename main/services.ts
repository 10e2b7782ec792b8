import { uptime } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemScheduler } from '../protocol/time.ts';
import { callOver, type Fetch } from './connection/call.ts';
import { Connection } from './connection/connection.ts';
import { Delegation } from './delegation.ts';
import { Drafts } from './drafts.ts';
import { externalSessionIds } from './external-session-ids.ts';
import { BackendClock } from './grants/backend-clock.ts';
import { Certificates } from './grants/certificates.ts';
import { releaseWithSession } from './grants/ends-with-session.ts';
import { Grants } from './grants/grants.ts';
import { Releases } from './grants/releases.ts';
import { UntoldReleases } from './grants/untold-releases.ts';
import { Keys } from './keys.ts';
import type { Log } from './log.ts';
import { isGiven, settingsInForce } from './managed/in-force.ts';
import { Management } from './managed/management.ts';
import type { PolicySource } from './managed/policy-source.ts';
import type { Notice } from './notices.ts';
import { Preferences, type SettingsStore, type SomeSettings } from './preferences.ts';
import { Requests } from './requests.ts';
import { KeptSignIn, type SecretStorage } from './sign-in/kept-sign-in.ts';
import { SignIn } from './sign-in/sign-in.ts';
import { type Surrendered, Tokens } from './sign-in/tokens.ts';
import { serveAgent } from './ssh-agent/agent.ts';
import { RunFolder } from './ssh-agent/run-folder.ts';
import { tooOldNotice } from './ssh-agent/too-old.ts';
import { SshConfig } from './ssh-config/ssh-config.ts';
import { firstState } from './state.ts';
import { Store } from './store.ts';
import { Files, type SendingQuestion } from './terminal/files/files.ts';
import { Unfinished } from './terminal/files/unfinished.ts';
import { NativeTerminals, nativePlatform } from './terminal/native/native-terminals.ts';
import { Terminals } from './terminal/terminals.ts';
import type { Program } from './updates/program.ts';
import { Updates } from './updates/updates.ts';

/** What the services need of the desktop, as functions, so that they run in plain Node too. */
export interface Desktop {
  clock: Clock;
  log: Log;
  settings: SettingsStore;
  /** Where IT says what holds on this computer. */
  policy: PolicySource;
  /** Makes settings so that live in the desktop. @throws AppError */
  applySettings: (chosen: SomeSettings) => void;
  /** Backend for this run instead of the one in the settings, or undefined. */
  backend: string | undefined;
  fetch: Fetch;
  openBrowser: (url: string) => Promise<void>;
  keychain: SecretStorage;
  /** Where the sealed sign-in is kept. */
  signInFile: string;
  /** The app's data folder. */
  folder: string;
  /** The person's own ssh configuration. */
  sshConfigFile: string;
  showTerminal: (terminalId: string) => void;
  closeTerminalWindow: () => void;
  askFilesToSend: (what: 'files' | 'folder') => Promise<string[]>;
  askFolderToSaveIn: () => Promise<string | null>;
  confirmSending: (question: SendingQuestion) => Promise<boolean>;
  /** Folder of the scripts that run in native terminals. */
  nativeScripts: string;
  program: Program;
  /** File with the keys that may sign updates. */
  updateKeys: string;
  /** Tells the person something that is no change of the state. */
  tell: (notice: Notice) => void;
  /** Quits and starts again, after the question about what is open. */
  restart: () => void;
}

export interface Services {
  store: Store;
  signIn: SignIn;
  connection: Connection;
  requests: Requests;
  grants: Grants;
  /** Ends grants of this person at once, whether or not the backend can be reached. */
  releases: Releases;
  /** The backend's time, as this app reckons it. */
  backendClock: BackendClock;
  delegation: Delegation;
  /** Forms that were not sent yet. */
  drafts: Drafts;
  terminals: Terminals;
  files: Files;
  native: NativeTerminals;
  sshConfig: SshConfig;
  preferences: Preferences;
  management: Management;
  updates: Updates;
  /** Opens what the person chose to connect with; there is no other when that fails. @throws AppError */
  connect: (grantId: string) => Promise<void>;
  /** The same for a terminal that nobody waits for; a failure is logged, and a native one's is shown. */
  openTerminal: (grantId: string) => void;
  /** Cuts what is open and destroys the keys; nothing is opened any more. The backend can still be told. */
  cut(): void;
  dispose(): void;
}

/** Builds the app's services and ties them together. */
export function buildServices(desktop: Desktop): Services {
  const { clock, log, settings, fetch } = desktop;
  const management = new Management({ source: desktop.policy, log, every });
  const first = settingsInForce(management.layers, settings.chosen(), { backendAddress: desktop.backend });
  const store = new Store({ ...firstState(first), managed: management.shown }, (error) =>
    log.warn('a listener failed', error),
  );

  const tokens: Tokens = new Tokens({
    clock,
    refresh: (refreshToken) => call('auth.token', { body: { grantType: 'refresh', refreshToken } }),
    onRotated: (refreshToken, person) => void signIn.signedIn(refreshToken, person),
    onLost: (reason) => signIn.lost(reason),
  });
  const accessToken = (): Promise<string> => tokens.access();
  const rejectToken = (token: string): void => tokens.reject(token);
  const backend = (): string => store.state.settings.backendAddress;
  const call = callOver({ fetch, backend, accessToken, rejectToken });
  const signIn: SignIn = new SignIn({
    store,
    tokens,
    kept: new KeptSignIn(desktop.signInFile, desktop.keychain, log),
    management,
    exchange: (code, codeVerifier, redirectUri) =>
      call('auth.token', { body: { grantType: 'code', code, codeVerifier, redirectUri } }),
    signOut: (of, last) => signOutAt(fetch, of, last),
    openBrowser: desktop.openBrowser,
    log,
  });

  const backendClock = new BackendClock(clock, () => uptime() * 1000);
  const scheduler = systemScheduler(clock);
  const keys = new Keys();
  const claim = (id: string, publicKey: string) => call('grants.certificate', { params: { id }, body: { publicKey } });
  const certificates = new Certificates({ keys, clock, scheduler, claim, log });
  // Grants first: it must have seen a change before those that use what a grant gives.
  const grants: Grants = new Grants({
    ...{ store, call, keys, certificates, clock, backendClock, scheduler, every },
    onEnded: (ended) => {
      for (const service of [sshConfig, native, terminals]) {
        try {
          service.cut(ended);
        } catch (error) {
          // What fails to cut its own must not keep the others from it.
          log.warn('a session could not be cut', error);
        }
      }
    },
  });
  const access = {
    credential: (grantId: string) => grants.credential(grantId),
    mayUse: (grantId: string) => grants.mayUse(grantId),
    mayPass: (grantId: string) => grants.mayPass(grantId),
    now: () => clock.now(),
  };
  const terminals: Terminals = new Terminals({
    ...{ store, ...access },
    show: desktop.showTerminal,
    onNone: desktop.closeTerminalWindow,
    onProblem: (error) => log.warn('a terminal failed', error),
  });
  const onFileProblem = (error: unknown): void => log.warn('a file was not transferred', error);
  const files = new Files({
    ...{ store, terminals, mayUse: access.mayUse, mayPass: access.mayPass },
    unfinished: new Unfinished(join(desktop.folder, 'unfinished-uploads.json'), onFileProblem),
    askFilesToSend: desktop.askFilesToSend,
    askFolderToSaveIn: desktop.askFolderToSaveIn,
    confirmSending: desktop.confirmSending,
    onProblem: onFileProblem,
  });
  const runFolder = new RunFolder();
  const nextExternalId = externalSessionIds();
  const sshTooOld = (grantId: string, title: string): void => desktop.tell(tooOldNotice(grantId, title));
  const sshConfig: SshConfig = new SshConfig({
    ...{ store, log, folder: desktop.folder, userFile: desktop.sshConfigFile, nextId: nextExternalId, ...access },
    runFolder: () => runFolder.path,
    onTooOld: sshTooOld,
    mayChange: () => preferences.mayChange({ sshConfig: true }),
    keep: (enabled) => void preferences.change({ sshConfig: enabled }),
    isGiven: () => isGiven('sshConfig', management.layers, settings.chosen()),
  });
  const native: NativeTerminals = new NativeTerminals({
    ...{ store, platform: nativePlatform(), env: process.env, scripts: desktop.nativeScripts, nextId: nextExternalId },
    runFolder: () => runFolder.path,
    ...{ credential: access.credential, mayOpen: access.mayUse, mayPass: access.mayPass, now: access.now },
    serveAgent: (grantId, title, onTooOld) =>
      serveAgent({
        ...{ grantId, title, log, folder: runFolder.path },
        credential: () => access.credential(grantId),
        mayUse: () => access.mayUse(grantId),
        onTooOld: () => {
          sshTooOld(grantId, title);
          onTooOld();
        },
      }),
    log,
  });
  const connect = async (grantId: string): Promise<void> => {
    if (store.state.settings.connectWith === 'native') await native.open(grantId);
    else terminals.open(grantId);
  };
  const openTerminal = (grantId: string): void => {
    connect(grantId).catch((error: unknown) => log.warn('a terminal could not be opened', error));
  };
  const releases = new Releases({
    ...{ store, backendClock, log, after },
    untold: new UntoldReleases(desktop.folder, log),
    release: (id) => call('grants.release', { params: { id } }),
  });
  const stopReleasing = releaseWithSession(store, (id) => releases.now(id, 'its last session closed'));
  const delegation = new Delegation({ store, call });
  const drafts = new Drafts(store);
  const requests = new Requests({ store, call, openTerminal });
  const connection = new Connection({ store, call, fetch, accessToken, rejectToken, clock, backendClock, log });
  const preferences: Preferences = new Preferences({
    ...{ store, settings, management, call, log },
    backend: desktop.backend,
    applySettings: desktop.applySettings,
    signOut: () => signIn.end(),
  });
  management.onChange(() => {
    if (management.problem) signIn.cancel();
    preferences.follow();
    // Mended: what was kept is as good as it was.
    if (store.state.signIn.state === 'signed-out') void signIn.restore();
  });

  const updates = new Updates({
    ...{ store, log, clock, fetch, after, program: desktop.program, restart: desktop.restart, random: Math.random },
    dataFolder: desktop.folder,
    keysFile: desktop.updateKeys,
    enforcedKeys: () => management.updateKeys,
  });

  let isCut = false;
  const cut = (): void => {
    if (isCut) return;
    isCut = true;
    for (const service of [sshConfig, native, terminals, grants]) {
      try {
        service.dispose();
      } catch (error) {
        log.warn('not all was cut', error);
      }
    }
  };

  return {
    ...{ store, signIn, connection, requests, grants, terminals, files, preferences, management, openTerminal },
    updates,
    ...{ releases, backendClock, delegation, drafts, sshConfig, native, connect },
    cut,
    dispose() {
      management.dispose();
      updates.dispose();
      stopReleasing();
      releases.dispose();
      cut();
      for (const service of [connection, requests, drafts, signIn]) service.dispose();
      runFolder.dispose();
    },
  };
}

/** Ends a sign-in with the last tokens it had; nobody else has them any more, and another may be signed in by now. */
async function signOutAt(fetch: Fetch, backend: string, { access, refresh }: Surrendered): Promise<void> {
  let token = access;
  const renewed = async (): Promise<string> => {
    const body = { grantType: 'refresh', refreshToken: refresh } as const;
    return (await call('auth.token', { body })).accessToken;
  };
  const call = callOver({
    fetch,
    backend: () => backend,
    accessToken: async () => {
      token ??= await renewed();
      return token;
    },
    rejectToken: () => {
      token = undefined;
    },
  });
  await call('auth.signOut', {});
}

/** Calls `act` once after so many ms; returns the function that calls it off. */
function after(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

/** Calls `act` every so many ms; returns the function that stops it. */
export function every(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms);
  return () => clearInterval(timer);
}
