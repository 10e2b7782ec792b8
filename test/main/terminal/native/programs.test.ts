import { describe, expect, it } from 'vitest';
import { darwin } from '../../../../main/terminal/native/darwin.ts';
import { linux } from '../../../../main/terminal/native/linux.ts';
import { type NativePlatform, windowTitle } from '../../../../main/terminal/native/terminal-program.ts';
import { win32 } from '../../../../main/terminal/native/win32.ts';

const NASTY = [
  '/run/a b/session.sh',
  "/run/it's/session.sh",
  '/run/"quoted"/session.sh',
  '/run/$(touch x)/session.sh',
  '/run/`x`;x&x|x/session.sh',
  '/run/-e/session.sh',
  '/run/日本/session.sh',
];

const commandsOf = (platform: NativePlatform, script: string, title: string) =>
  platform.programs.map((program) => ({
    program,
    argv: program.command(`/bin/${program.id}`, { script, title }),
  }));

describe.each([
  ['Linux', linux],
  ['macOS', darwin],
  ['Windows', win32],
] as const)('the terminals of %s', (_name, platform) => {
  it('have ids of their own, which are not the id of the desktop’s choice', () => {
    const ids = platform.programs.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain('');
  });

  it('are all tried when the desktop says nothing', () => {
    const ids = platform.programs.map(({ id }) => id);
    expect([...platform.preferred({ names: '', terminal: '' })].sort()).toEqual([...ids].sort());
  });

  it('are found by a plain name or an absolute path', () => {
    for (const { places } of platform.programs) {
      expect(places.length).toBeGreaterThan(0);
      for (const place of places) expect(place).toMatch(/^([\w-]+|~?\/.+|%\w+%\\.+)$/);
    }
  });
});

describe('on Linux', () => {
  it.each(NASTY)('the script %s is one argument, the last, behind /bin/sh', (script) => {
    for (const { argv } of commandsOf(linux, script, 'deploy@db-1'))
      expect(argv.slice(-2)).toEqual(['/bin/sh', script]);
  });

  it.each(linux.programs.map((program) => [program.id, program] as const))(
    '%s gets no argument but its own options, the title and the script',
    (id, program) => {
      const [first, ...rest] = program.command(`/bin/${id}`, { script: '/run/s', title: 'THE TITLE' });
      expect(first).toBe(`/bin/${id}`);
      for (const word of rest.slice(0, -2))
        expect(word).toMatch(/^(--?[\w-]+|--?[\w-]+=(THE TITLE|false)|THE TITLE|tabtitle=THE TITLE|start)$/);
    },
  );

  it.each([
    [
      'what the desktop stands for itself',
      { names: 'ubuntu:GNOME', terminal: 'kitty' },
      ['xdg-terminal-exec', 'kitty', 'x-terminal-emulator'],
    ],
    [
      'what its settings name',
      { names: 'GNOME', terminal: 'foot' },
      ['xdg-terminal-exec', 'foot', 'x-terminal-emulator', 'ptyxis', 'kgx', 'gnome-terminal'],
    ],
    ['what comes with KDE', { names: 'KDE', terminal: '' }, ['xdg-terminal-exec', 'x-terminal-emulator', 'konsole']],
    [
      'what comes with Xfce',
      { names: 'XFCE', terminal: '' },
      ['xdg-terminal-exec', 'x-terminal-emulator', 'xfce4-terminal'],
    ],
  ] as const)('the desktop’s own is %s', (_what, desktop, first) => {
    expect(linux.preferred(desktop).slice(0, first.length)).toEqual(first);
  });
});

describe('on macOS', () => {
  it.each(NASTY)('the script %s is one argument, the last', (script) => {
    for (const { argv } of commandsOf(darwin, script, 'deploy@db-1')) expect(argv.at(-1)).toBe(script);
  });

  it('nothing is said in AppleScript', () => {
    for (const { argv } of commandsOf(darwin, '/run/s.command', 'x')) expect(argv.join(' ')).not.toContain('osascript');
  });
});

describe('on Windows', () => {
  it('no path is among the arguments: the script is run by its name, in its folder', () => {
    for (const { argv } of commandsOf(win32, 'C:\\Users\\A & B;%PATH%\\session.cmd', 'deploy@db-1')) {
      expect(argv.slice(-4)).toEqual(['cmd.exe', '/d', '/c', 'session.cmd']);
      for (const word of argv.slice(1)) expect(word).not.toContain('Users');
    }
  });
});

describe('a title', () => {
  it.each([
    ['deploy@db-1', 'deploy@db-1'],
    ['--command=evil', 'command evil'],
    ['- -e x', 'e x'],
    ['a;b&c|d`e`$(f)', 'a b c d e f'],
    ['a\x1b]0;x\x07b\nc', 'a 0 x b c'],
    ['"quoted" \'too\'', 'quoted too'],
    ['100%PATH%', '100 PATH'],
    ['Zoë', 'Zoë'],
    ['', 'Sallyport'],
    [';;;', 'Sallyport'],
    ['x'.repeat(300), 'x'.repeat(100)],
  ])('%j is shown as %j', (text, title) => {
    expect(windowTitle(text)).toBe(title);
  });
});
