import { AppError } from '../protocol/errors.ts';
import type { About, Licences } from '../protocol/ipc/about.ts';
import type { Destination } from '../protocol/ipc/bridge.ts';
import type { Snapshot } from '../protocol/ipc/snapshot.ts';
import type { Handlers } from './commands.ts';
import type { Connection } from './connection/connection.ts';
import type { Delegation } from './delegation.ts';
import type { Drafts } from './drafts.ts';
import type { Grants } from './grants/grants.ts';
import type { Releases } from './grants/releases.ts';
import type { Preferences } from './preferences.ts';
import type { QuitWish } from './quit.ts';
import type { Requests } from './requests.ts';
import type { SignIn } from './sign-in/sign-in.ts';
import type { SshConfig } from './ssh-config/ssh-config.ts';
import type { Files } from './terminal/files/files.ts';
import type { NativeTerminals } from './terminal/native/native-terminals.ts';
import type { Terminals } from './terminal/terminals.ts';
import type { Updates } from './updates/updates.ts';

export interface HandlerParts {
  snapshot: () => Snapshot;
  signIn: Pick<SignIn, 'start' | 'cancel' | 'end'>;
  requests: Pick<
    Requests,
    'dryRun' | 'create' | 'createBatch' | 'amend' | 'facts' | 'cancel' | 'decide' | 'decideMany'
  >;
  delegation: Pick<Delegation, 'set' | 'end'>;
  drafts: Pick<Drafts, 'show' | 'keep'>;
  grants: Pick<Grants, 'revoke' | 'extend'>;
  releases: Pick<Releases, 'byHand'>;
  connect: (grantId: string) => Promise<void>;
  native: Pick<NativeTerminals, 'list' | 'open' | 'end'>;
  sshConfig: Pick<SshConfig, 'change'>;
  files: Pick<Files, 'list' | 'upload' | 'download' | 'cancel' | 'forget'>;
  diagnostics: () => Promise<{ lines: number }>;
  about: { show: () => Promise<About>; licences: () => Promise<Licences> };
  openLink: (url: string) => Promise<void>;
  terminals: Pick<Terminals, 'open' | 'attach' | 'close'>;
  preferences: Pick<Preferences, 'change' | 'chooseBackend'>;
  connection: Pick<Connection, 'retry'>;
  updates: Pick<Updates, 'check' | 'install'>;
  hidePopover: () => void;
  showPopover: (destination: Destination) => void;
  showTerminals: () => void;
  clipboard: { read: () => Promise<string>; write: (text: string) => Promise<void> };
  quit: (input: QuitWish) => void;
}

const nothing = {};

/** What each command does. */
export function handlersOf(parts: HandlerParts): Handlers {
  const { signIn, requests, grants, terminals, preferences, connection, clipboard, files } = parts;
  return {
    'snapshot.show': () => parts.snapshot(),
    'signIn.start': () => signIn.start().then(() => nothing),
    'signIn.cancel': () => {
      signIn.cancel();
      return nothing;
    },
    'signIn.end': () => {
      signIn.end();
      return nothing;
    },
    'requests.dryRun': (ask) => requests.dryRun(ask),
    'requests.create': ({ ask, openTerminal }) => requests.create(ask, openTerminal),
    'requests.cancel': ({ id }) => requests.cancel(id).then(() => nothing),
    'requests.decide': ({ id, ...word }) => requests.decide(id, word).then(() => nothing),
    'requests.createBatch': ({ ask, openTerminal }) => requests.createBatch(ask, openTerminal),
    'requests.amend': ({ id, ask }) => requests.amend(id, ask).then(() => nothing),
    'requests.facts': ({ id }) => requests.facts(id),
    'requests.decideMany': ({ decisions }) => requests.decideMany(decisions),
    'delegation.set': ({ standIn, until }) => parts.delegation.set(standIn, until).then(() => nothing),
    'delegation.end': () => parts.delegation.end().then(() => nothing),
    'grants.extend': ({ id, ...more }) => grants.extend(id, more),
    'grants.connect': ({ id }) => parts.connect(id).then(() => nothing),
    'native.list': () => parts.native.list().then((found) => ({ terminals: found })),
    'native.open': ({ grantId }) => parts.native.open(grantId),
    'native.end': ({ id }) => {
      parts.native.end(id);
      return nothing;
    },
    'sshConfig.change': ({ enabled }) => parts.sshConfig.change(enabled).then(() => nothing),
    'files.list': ({ terminalId, path }) => files.list(terminalId, path),
    'files.upload': ({ terminalId, folder, what }) => files.upload(terminalId, folder, what).then(() => nothing),
    'files.download': ({ terminalId, paths }) => files.download(terminalId, paths).then(() => nothing),
    'files.cancel': ({ id }) => {
      files.cancel(id);
      return nothing;
    },
    'files.forget': ({ terminalId }) => {
      files.forget(terminalId);
      return nothing;
    },
    'grants.release': ({ id }) => parts.releases.byHand(id).then(() => nothing),
    'grants.revoke': ({ id, reason }) => grants.revoke(id, reason).then(() => nothing),
    'terminal.open': ({ grantId, ...place }) => terminals.open(grantId, place),
    'terminal.attach': ({ id, ...size }, caller) => {
      terminals.attach(id, size, () => caller.sendPort(id));
      return nothing;
    },
    'terminal.close': ({ id }) => {
      terminals.close(id);
      return nothing;
    },
    'settings.change': (fields) => {
      if (fields.sshConfig !== undefined)
        throw new AppError('invalid-input', 'The ssh configuration is switched by its own command.', {
          field: 'sshConfig',
        });
      // Another backend is chosen by its own command, which checks it and signs out of the old one.
      if (fields.backendAddress !== undefined) {
        throw new AppError('invalid-input', 'Choose the backend by its own field.', { field: 'backendAddress' });
      }
      return preferences.change(fields);
    },
    'drafts.show': () => parts.drafts.show(),
    'drafts.keep': (drafts) => {
      parts.drafts.keep(drafts);
      return nothing;
    },
    'connection.retry': () => {
      connection.retry();
      return nothing;
    },
    'connection.choose': ({ address }) => preferences.chooseBackend(address),
    'updates.check': () => parts.updates.check().then(() => nothing),
    'updates.install': () => parts.updates.install().then(() => nothing),
    'window.hide': () => {
      parts.hidePopover();
      return nothing;
    },
    'window.showAsk': ({ requestId }) => {
      parts.showPopover({ page: 'ask', requestId });
      return nothing;
    },
    'window.showPopover': ({ destination }) => {
      parts.showPopover(destination);
      return nothing;
    },
    'window.showTerminals': () => {
      parts.showTerminals();
      return nothing;
    },
    'clipboard.write': ({ text }) => clipboard.write(text).then(() => nothing),
    'clipboard.read': () => clipboard.read().then((text) => ({ text })),
    'link.open': ({ url }) => parts.openLink(url).then(() => nothing),
    'diagnostics.copy': () => parts.diagnostics(),
    'about.show': () => parts.about.show(),
    'about.licences': () => parts.about.licences(),
    'app.quit': (input) => {
      // After the answer has left.
      setImmediate(() => parts.quit(input));
      return nothing;
    },
  };
}
