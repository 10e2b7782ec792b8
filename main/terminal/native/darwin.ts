import type { Launch, NativePlatform, TerminalProgram } from './terminal-program.ts';

const shell = ({ script }: Launch): readonly string[] => ['/bin/sh', script];

/** Opens our script as a document: no AppleScript, whose strings would be one more language to quote for. */
const asDocument = (app: string, { script }: Launch): readonly string[] => ['/usr/bin/open', '-a', app, script];

function bundle(
  id: string,
  name: string,
  file: string,
  command: TerminalProgram['command'],
  handsOver: boolean,
): TerminalProgram {
  // '~' is the person's own folder.
  return { id, name, command, handsOver, standsIn: false, places: [`/Applications/${file}`, `~/Applications/${file}`] };
}

const programs: readonly TerminalProgram[] = [
  {
    id: 'terminal',
    name: 'Terminal',
    places: ['/System/Applications/Utilities/Terminal.app', '/Applications/Utilities/Terminal.app'],
    command: asDocument,
    handsOver: true,
    standsIn: false,
  },
  bundle('iterm2', 'iTerm2', 'iTerm.app', asDocument, true),
  bundle(
    'ghostty',
    'Ghostty',
    'Ghostty.app',
    (app, launch) => ['/usr/bin/open', '-n', '-a', app, '--args', `--title=${launch.title}`, '-e', ...shell(launch)],
    true,
  ),
  bundle(
    'kitty',
    'kitty',
    'kitty.app',
    (app, launch) => [`${app}/Contents/MacOS/kitty`, '--title', launch.title, ...shell(launch)],
    false,
  ),
  bundle(
    'wezterm',
    'WezTerm',
    'WezTerm.app',
    (app, launch) => [`${app}/Contents/MacOS/wezterm`, 'start', '--always-new-process', '--', ...shell(launch)],
    false,
  ),
  bundle(
    'alacritty',
    'Alacritty',
    'Alacritty.app',
    (app, launch) => [`${app}/Contents/MacOS/alacritty`, '--title', launch.title, '-e', ...shell(launch)],
    false,
  ),
];

/** Terminals of macOS. The desktop's own is Terminal: macOS has no setting for another. */
export const darwin: NativePlatform = {
  programs,
  // Terminal and iTerm2 run a document only when its name ends so.
  script: { source: 'session.sh', name: 'session.command' },
  ssh: ['/usr/bin/ssh', 'ssh'],
  sshMissing: 'OpenSSH is not where macOS puts it (/usr/bin/ssh). Tell IT.',
  preferred: () => programs.map(({ id }) => id),
};
