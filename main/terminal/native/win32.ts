import type { NativePlatform, TerminalProgram } from './terminal-program.ts';

/**
 * The script is run by its bare name in its own folder (the launch's working directory): a path would be read by cmd and
 * by Windows Terminal, whose rules for `&`, `%` and `;` differ, and a person's name may hold any of them.
 */
const SCRIPT = ['cmd.exe', '/d', '/c', 'session.cmd'] as const;

const programs: readonly TerminalProgram[] = [
  {
    id: 'windows-terminal',
    name: 'Windows Terminal',
    places: ['%LOCALAPPDATA%\\Microsoft\\WindowsApps\\wt.exe'],
    command: (program, { title }) => [program, '-w', 'new', 'new-tab', '-d', '.', '--title', title, ...SCRIPT],
    handsOver: true,
    standsIn: false,
  },
  {
    id: 'conhost',
    name: 'Windows Console',
    places: ['%SystemRoot%\\System32\\conhost.exe'],
    command: (program) => [program, ...SCRIPT],
    handsOver: false,
    standsIn: false,
  },
];

/** Terminals of Windows. Git Bash is not among them: its ssh can't talk to an agent at a named pipe. */
export const win32: NativePlatform = {
  programs,
  script: { source: 'session.cmd', name: 'session.cmd' },
  ssh: ['%SystemRoot%\\System32\\OpenSSH\\ssh.exe'],
  sshMissing:
    'OpenSSH is not installed: add "OpenSSH Client" in Settings > System > Optional features, then try again.',
  preferred: () => programs.map(({ id }) => id),
};
