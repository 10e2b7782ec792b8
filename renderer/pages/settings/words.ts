import type { SettingsGroup } from '../../../protocol/ipc/bridge.ts';
import type { LinkKind } from '../../../protocol/ipc/managed.ts';
import type { Settings } from '../../../protocol/ipc/settings.ts';
import type { Snapshot } from '../../../protocol/ipc/snapshot.ts';
import { inARow } from '../../words/approvals.ts';
import { durationWords } from '../../words/durations.ts';

const dayWords = (days: number): string => (days === 1 ? '1 day' : `${days} days`);

const LINKS: Record<LinkKind, string> = {
  request: 'to a request',
  new: 'to a new ask',
  connect: 'to connect',
  join: 'to join an organisation',
};

/** What the settings say. */
export const words = {
  title: 'Settings',
  groups: {
    general: 'General',
    notifications: 'Notifications',
    connecting: 'Connecting',
    terminal: 'Terminal',
    appearance: 'Appearance',
    kept: 'Templates and favourites',
    updates: 'Updates',
    about: 'About',
  } satisfies Record<SettingsGroup, string>,

  backend: 'Organisation',
  backendForm: {
    label: 'Address of another organisation',
    placeholder: 'sallyport.example.com',
    help: 'Using another one signs you out of this one: keys are destroyed, terminals close.',
    send: 'Check and use',
    missing: 'Write the address that your IT gave you.',
    looking: 'Looking for Sallyport there…',
    nobody: 'Is it written as your IT gave it to you?',
    stranger: 'Ask your IT for the address of Sallyport.',
    fromLink: 'From the link you pasted. Using it signs you out of this one.',
  },
  change: 'Change…',
  back: 'Back',
  startAtLogin: 'Start at login',
  startAtLoginText: 'In the tray, without a window',
  idle: 'Sign out when this computer is idle',
  idleText: 'After so long without a key or the mouse. Keys are destroyed, terminals close.',
  idleFor: (minutes: number) =>
    minutes === 0 ? 'Never' : minutes % 1440 === 0 ? dayWords(minutes / 1440) : durationWords(minutes * 60),
  shortcut: 'Shortcut',
  shortcutText: 'Shows this window from any program',
  shortcutSet: 'Set',
  shortcutSetLabel: 'Set a shortcut',
  shortcutChange: (keys: string) => `Change the shortcut, now ${keys}`,
  shortcutPress: 'Press the keys…',
  shortcutHelp: 'Esc leaves it as it was.',
  clear: 'Clear',
  clearShortcut: 'Clear the shortcut',

  notifications: 'Notifications',
  notificationsText: 'When somebody asks, decides, or your access ends',
  quiet: 'Do not disturb',
  quietOff: 'Notifications come as they are due',
  quietOn: (until: string) => `Nothing is shown until ${until}`,
  quietWithout: 'Notifications are off altogether',
  quietHour: 'For 1 hour',
  quietUntil: (until: string) => `Until ${until}`,
  turnOff: 'Turn off',
  turnOffQuiet: 'Turn off do not disturb',

  connectWith: 'Connect opens',
  connectWiths: { 'built-in': 'Built-in terminal', native: 'My own terminal' } satisfies Record<
    Settings['connectWith'],
    string
  >,
  native: 'Own terminal',
  nativeSystem: 'The desktop’s own',
  nativeLimited: 'Your organisation allows some of them.',
  nativeAllowed: 'The first that is allowed',
  nativeGone: (name: string) => `${name} (not found)`,
  nativeLoading: 'Looking for installed terminals…',
  nativeNone: 'No terminal was found on this computer. Install one, then look again.',
  lookAgain: 'Look again',
  sshConfig: 'Names for any ssh program',
  sshConfigText:
    'While you have access, ssh, scp, rsync, git, Ansible and VS Code reach the target by its name. One Include line is added to ~/.ssh/config; nothing else there is touched.',
  sshConfigOn: 'Names you have now',
  sshConfigNone: 'Nothing yet: names come and go with your access.',
  sshConfigUndo: 'Switching it off takes the line out again.',
  copy: (text: string) => `Copy ${text}`,
  copied: 'Copied',

  fontSize: 'Font size',
  smaller: 'Smaller',
  larger: 'Larger',
  font: 'Font',
  fontDefault: 'Sallyport’s choice',
  fontMissing: (name: string) => `${name} is not installed here; another font is drawn instead.`,
  fontOdd: 'A font’s name has letters, digits, spaces, dots, dashes and underscores.',
  fontUneven: (name: string) => `The letters of ${name} differ in width; columns will not line up.`,
  sampleWho: 'erin@billing-app',
  samplePlace: '~/orders',
  sampleCommand: '$ tail app.log',
  sampleWarning: 'WARN',
  sampleText: 'queue is 80 % full',
  sampleError: 'ERROR',
  sampleLetters: '0O 1lI |{}[] -> ==',
  sampleName: 'How the terminal will look',
  colors: 'Colours',
  colorNames: {
    app: 'Like Sallyport',
    dark: 'Dark',
    light: 'Light',
    solarized: 'Solarized',
    'high-contrast': 'High contrast',
  } satisfies Record<Settings['terminalColors'], string>,
  scrollback: 'Lines to scroll back',
  bell: 'Bell',
  bells: { off: 'Off', visible: 'Flash', sound: 'Sound' } satisfies Record<Settings['terminalBell'], string>,
  copyOnSelect: 'Copy what is selected',
  copyOnSelectText: 'As soon as the mouse button is let go',

  theme: 'Theme',
  themes: { system: 'Like the system', light: 'Light', dark: 'Dark' } satisfies Record<Settings['theme'], string>,

  templates: 'Templates',
  noTemplates: 'An ask that you keep under a name when you write it stands here.',
  template: (login: string, targets: string, duration: string) => `${login} on ${targets}, ${duration}`,
  renameOne: (name: string) => `Rename ${name}`,
  newName: (name: string) => `New name of ${name}`,
  save: 'Save',
  deleteOne: (name: string) => `Delete ${name}`,
  deleted: (name: string) => `${name} is deleted.`,
  removed: (name: string) => `${name} is no favourite any more.`,
  undo: 'Undo',
  favourites: 'Favourites',
  noFavourites: 'Targets that you mark with a star stand here, and first on Access.',
  removeOne: (name: string) => `Take ${name} out of the favourites`,

  groupsOf: (groups: string) => `Groups: ${groups}`,
  memory: 'You sign in again after a restart: this computer has no keychain.',
  signOut: 'Sign out',
  signOutAsk: 'Sign out? Your keys are destroyed and your terminals close.',
  keep: 'Stay',
  diagnostics: 'Diagnostics',
  diagnosticsText: 'For your IT, if something fails',
  managedBy: (source: string) => `By what is set in ${source}. Your IT can change it.`,
  managedBefore: 'What was set before still holds.',
  links: (kinds: readonly LinkKind[]) =>
    kinds.length === 0
      ? 'Links from other programs are not followed.'
      : `Links that other programs may open: ${inARow(kinds.map((kind) => LINKS[kind]))}.`,
  updateKeys: (ids: readonly string[]) =>
    `Updates are taken only when signed by ${ids.length === 1 ? 'the key' : 'one of the keys'} ${ids.join(', ')}.`,
  allowedTerminals: (ids: readonly string[]) => `Connect opens only: ${ids.join(', ')}.`,
  passedOver: (names: readonly string[]) =>
    `${names.join(', ')}: not known to this version, and passed over. For your IT: is the name right, or for a newer Sallyport?`,
  on: 'On',
  off: 'Off',
  telemetry: 'No telemetry',
  telemetryText:
    'Sallyport reports to nobody. It talks to your organisation’s backend and to the hosts you have access to.',
  facts: {
    name: 'About this copy',
    version: 'Version',
    electron: 'Electron',
    system: 'System',
    backend: 'Backend',
    channel: 'Updates',
    installed: 'Installed',
    licence: 'Licence',
    by: (installedFrom: string) => `from ${installedFrom}`,
    channelNow: { stable: 'Stable versions', beta: 'Beta versions' } satisfies Record<
      Settings['updateChannel'],
      string
    >,
    connection: {
      idle: 'not asked yet',
      connecting: 'connecting',
      online: 'online',
      offline: 'offline',
    } satisfies Record<Snapshot['connection']['state'], string>,
    engine: (electron: string, chromium: string) => `${electron}, Chromium ${chromium}`,
  },
  licences: {
    title: 'Licences',
    row: 'Licences of others',
    rowText: 'Sallyport is made with their work',
    show: 'Show',
    back: 'Back to the settings',
    search: 'Search by name or licence',
    none: 'No licences here',
    reading: 'Reading the licences…',
    count: (n: number) => (n === 1 ? '1 package' : `${n} packages`),
    nothing: (query: string) => `Nothing here has “${query}” in its name or licence.`,
    chromium: 'Chromium, and what it is made of, has a file of its own. Open it in a browser:',
  },
  quit: 'Quit Sallyport',
  quitText: 'You are asked first while sessions are open.',
  quitNow: 'Quit',

  updates: {
    running: (version: string) => `Sallyport ${version}`,
    never: 'Not looked for a newer one yet.',
    current: (ago: string) => `This is the newest. Looked for another ${ago}.`,
    checking: 'Looking for a newer version…',
    available: (version: string) => `Version ${version} is there.`,
    downloading: (version: string) => `Version ${version} is on its way.`,
    ready: (version: string) => `Version ${version} is ready, and runs after a restart.`,
    asks: 'Sessions are open: you are asked before they are cut.',
    failed: (version: string | null) =>
      version === null ? 'Looking for a newer version failed.' : `Version ${version} could not be installed.`,
    goesOn: (version: string) => `Sallyport ${version} goes on as it is.`,
    check: 'Look for updates',
    again: 'Try again',
    install: 'Install',
    restart: 'Restart now',
    notes: (version: string) => `What is new in ${version}`,
    mode: 'When there is a newer version',
    modes: { install: 'Install it', notify: 'Tell me', off: 'Do not look' } satisfies Record<
      Settings['updates'],
      string
    >,
    modeTexts: {
      install: 'It is checked, made ready, and runs from the next start on.',
      notify: 'It is said here; you say when it is installed.',
      off: 'Nobody tells you of mended faults either.',
    } satisfies Record<Settings['updates'], string>,
    byOthers: 'Here others install it; you are told when it is there.',
    channel: 'Versions',
    channels: { stable: 'Stable', beta: 'Beta' } satisfies Record<Settings['updateChannel'], string>,
    channelTexts: {
      stable: 'Tried out by others before',
      beta: 'Sooner, and with faults that nobody has met yet',
    } satisfies Record<Settings['updateChannel'], string>,
  },
} as const;
