import { AppError } from '../protocol/errors.ts';
import type { Destination } from '../protocol/ipc/bridge.ts';
import type { Snapshot } from '../protocol/ipc/snapshot.ts';
import type { Handlers } from './commands.ts';
import type { Connection } from './connection/connection.ts';
import type { Grants } from './grants/grants.ts';
import type { Preferences } from './preferences.ts';
import type { Requests } from './requests.ts';
import type { SignIn } from './sign-in/sign-in.ts';
import type { Terminals } from './terminal/terminals.ts';

export interface HandlerParts {
  snapshot: () => Snapshot;
  signIn: Pick<SignIn, 'start' | 'cancel' | 'end'>;
  requests: Pick<Requests, 'dryRun' | 'create' | 'cancel' | 'decide'>;
  grants: Pick<Grants, 'release' | 'revoke'>;
  terminals: Pick<Terminals, 'open' | 'attach' | 'close'>;
  preferences: Pick<Preferences, 'change' | 'chooseBackend'>;
  connection: Pick<Connection, 'retry'>;
  hidePopover: () => void;
  showPopover: (destination: Destination) => void;
  showTerminals: () => void;
  clipboard: { read: () => Promise<string>; write: (text: string) => Promise<void> };
  quit: () => void;
}

const nothing = {};

/** What each command does. */
export function handlersOf(parts: HandlerParts): Handlers {
  const { signIn, requests, grants, terminals, preferences, connection, clipboard } = parts;
  return {
    'snapshot.show': () => parts.snapshot(),
    'signIn.start': () => signIn.start().then(() => nothing),
    'signIn.cancel': () => {
      signIn.cancel();
      return nothing;
    },
    'signIn.end': () => signIn.end().then(() => nothing),
    'requests.dryRun': (ask) => requests.dryRun(ask),
    'requests.create': ({ ask, openTerminal }) => requests.create(ask, openTerminal),
    'requests.cancel': ({ id }) => requests.cancel(id).then(() => nothing),
    'requests.decide': ({ id, ...word }) => requests.decide(id, word).then(() => nothing),
    'grants.release': ({ id }) => grants.release(id).then(() => nothing),
    'grants.revoke': ({ id, reason }) => grants.revoke(id, reason).then(() => nothing),
    'terminal.open': ({ grantId }) => terminals.open(grantId),
    'terminal.attach': ({ id, ...size }, caller) => {
      terminals.attach(id, size, () => caller.sendPort(id));
      return nothing;
    },
    'terminal.close': ({ id }) => {
      terminals.close(id);
      return nothing;
    },
    'settings.change': (fields) => {
      // Another backend is chosen by its own command, which checks it and signs out of the old one.
      if (fields.backendAddress !== undefined) {
        throw new AppError('invalid-input', 'Choose the backend by its own field.', { field: 'backendAddress' });
      }
      return preferences.change(fields);
    },
    'connection.retry': () => {
      connection.retry();
      return nothing;
    },
    'connection.choose': ({ address }) => preferences.chooseBackend(address),
    'window.hide': () => {
      parts.hidePopover();
      return nothing;
    },
    'window.showAsk': ({ requestId }) => {
      parts.showPopover({ page: 'ask', requestId });
      return nothing;
    },
    'window.showTerminals': () => {
      parts.showTerminals();
      return nothing;
    },
    'clipboard.write': ({ text }) => clipboard.write(text).then(() => nothing),
    'clipboard.read': () => clipboard.read().then((text) => ({ text })),
    'app.quit': () => {
      // After the answer has left.
      setImmediate(parts.quit);
      return nothing;
    },
  };
}
