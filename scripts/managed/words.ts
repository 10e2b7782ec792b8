import type { Manageable } from '../../protocol/ipc/managed.ts';

interface Words {
  /** As a policy editor lists it. */
  title: string;
  /** What it does, for IT. */
  text: string;
}

/** What each name means, in every template. */
export const WORDS: Readonly<Record<keyof Manageable, Words>> = {
  backendAddress: {
    title: 'Address of the backend',
    text: 'The https address of your Sallyport backend, with nothing after host and port. Enforced, it is the only backend that anybody on this computer signs in to.',
  },
  updates: {
    title: 'Updates',
    text: 'What happens when your backend offers a newer version: it is installed, only said, or not looked for.',
  },
  updateChannel: { title: 'Update channel', text: 'Which versions this computer gets.' },
  startAtLogin: { title: 'Start at login', text: 'Whether Sallyport starts, in the tray only, when a person logs in.' },
  connectWith: { title: 'Connect with', text: 'Whether Connect opens the built-in terminal or a native one.' },
  nativeTerminal: {
    title: 'Native terminal',
    text: 'The native terminal that Connect opens, by its id (see docs/it-deployment.md). Empty: the one that the desktop prefers.',
  },
  sshConfig: {
    title: 'Access for any ssh program',
    text: "Whether live access stands in the person's own ssh configuration, so that any OpenSSH program can use it.",
  },
  idleSignOutMinutes: {
    title: 'Sign out when idle',
    text: 'Minutes without a key or a move of the mouse after which Sallyport signs out. 0: never.',
  },
  notifications: { title: 'Notifications', text: 'Whether the desktop shows notifications of requests and access.' },
  terminals: {
    title: 'Allowed terminals',
    text: 'What Connect may open: "built-in", and ids of native terminals, each on its own line. Left out: all.',
  },
  deepLinks: {
    title: 'Allowed links',
    text: 'Which sallyport:// links of other programs are followed: request, new, connect, join, each on its own line. Left out: all.',
  },
  updateKeys: {
    title: 'Keys that may sign updates',
    text: 'Who may sign updates, instead of the keys that came with the app.',
  },
};

/** Said in every template: nobody shall look for a switch in vain. */
export const NO_TELEMETRY = 'Sallyport sends no telemetry, so that there is no setting for it.';
