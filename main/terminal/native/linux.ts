import type { DesktopWords, Launch, NativePlatform, TerminalProgram } from './terminal-program.ts';

const shell = ({ script }: Launch): readonly string[] => ['/bin/sh', script];

function terminal(
  id: string,
  name: string,
  before: (title: string) => readonly string[],
  more: Partial<Pick<TerminalProgram, 'places' | 'handsOver' | 'standsIn'>> = {},
): TerminalProgram {
  return {
    id,
    name,
    places: [id],
    handsOver: false,
    standsIn: false,
    command: (program, launch) => [program, ...before(launch.title), ...shell(launch)],
    ...more,
  };
}

/*
 * Those of a desktop often hand over to a server process that draws all windows. Where an option keeps the window in a
 * process of its own, or the starter waiting for it, it is given.
 */
const programs: readonly TerminalProgram[] = [
  // The first has no option for a title that all versions know; Debian's policy (11.8.3) defines those of the second.
  terminal('xdg-terminal-exec', 'Terminal', () => [], { handsOver: true, standsIn: true }),
  terminal('x-terminal-emulator', 'Terminal', (title) => ['-T', title, '-e'], { handsOver: true, standsIn: true }),
  terminal('ptyxis', 'Ptyxis', (title) => ['--standalone', '--title', title, '--']),
  terminal('gnome-terminal', 'GNOME Terminal', (title) => ['--wait', '--title', title, '--'], { handsOver: true }),
  terminal('kgx', 'GNOME Console', (title) => ['--title', title, '--'], { handsOver: true }),
  terminal('konsole', 'Konsole', (title) => ['--separate', '-p', `tabtitle=${title}`, '-e']),
  terminal('xfce4-terminal', 'Xfce Terminal', (title) => ['--disable-server', '--title', title, '-x']),
  terminal('mate-terminal', 'MATE Terminal', (title) => ['--disable-factory', '--title', title, '-x']),
  terminal('terminator', 'Terminator', (title) => ['--no-dbus', '--title', title, '-x']),
  terminal('ghostty', 'Ghostty', (title) => [`--title=${title}`, '--gtk-single-instance=false', '-e']),
  terminal('kitty', 'kitty', (title) => ['--title', title]),
  terminal('alacritty', 'Alacritty', (title) => ['--title', title, '-e']),
  terminal('wezterm', 'WezTerm', () => ['start', '--always-new-process', '--']),
  terminal('foot', 'foot', (title) => [`--title=${title}`]),
  terminal('urxvt', 'rxvt-unicode', (title) => ['-title', title, '-e']),
  terminal('st', 'st', (title) => ['-T', title, '-e'], { places: ['st', 'stterm'] }),
  terminal('xterm', 'xterm', (title) => ['-T', title, '-e']),
];

/** Terminals that come with a desktop, by a word in its name. */
const OF_DESKTOPS: readonly [RegExp, readonly string[]][] = [
  [/\b(gnome|unity|pantheon)\b/i, ['ptyxis', 'kgx', 'gnome-terminal']],
  [/\bcinnamon\b/i, ['gnome-terminal']],
  [/\bkde\b/i, ['konsole']],
  [/\bxfce\b/i, ['xfce4-terminal']],
  [/\bmate\b/i, ['mate-terminal']],
];

/** Terminals of Linux desktops. Looked for in PATH, started with an argument list. */
export const linux: NativePlatform = {
  programs,
  script: { source: 'session.sh', name: 'session.sh' },
  ssh: ['ssh'],
  sshMissing: 'OpenSSH is not installed: install the package "openssh-client" (or "openssh-clients"), then try again.',
  preferred({ names, terminal: named }: DesktopWords) {
    const ofDesktop = OF_DESKTOPS.flatMap(([desktop, ids]) => (desktop.test(names) ? ids : []));
    const others = programs.map(({ id }) => id);
    return [...new Set(['xdg-terminal-exec', named, 'x-terminal-emulator', ...ofDesktop, ...others])].filter(Boolean);
  },
};
