import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autostartEntry, entryOf, execOf } from '../../../main/start-at-login/autostart-entry.ts';

describe('a command line in a desktop entry', () => {
  it.each<[string[], string]>([
    [['/opt/Sallyport/sallyport', '--hidden'], '"/opt/Sallyport/sallyport" "--hidden"'],
    [['/home/a b/x'], '"/home/a b/x"'],
    [['/a"b'], String.raw`"/a\\"b"`],
    [['/a`b$c'], String.raw`"/a\\${'`'}b\\$c"`],
    [['/a\\b'], String.raw`"/a\\\\b"`],
    [['/100%/%u'], '"/100%%/%%u"'],
    [['/a;b&c|d'], '"/a;b&c|d"'],
    [['/a\nExec=evil'], String.raw`"/a\nExec=evil"`],
  ])('%j → %s', (command, exec) => {
    expect(execOf(command)).toBe(exec);
  });

  it('never makes a second line', () => {
    expect(entryOf(['/a\nExec=evil\r\n']).match(/^Exec=/gm)).toHaveLength(1);
  });

  it('is passed over once the program is gone', () => {
    expect(entryOf(['/opt/a b\\c', '--hidden'])).toContain(String.raw`${'\n'}TryExec=/opt/a b\\c${'\n'}`);
  });
});

describe('start at login on Linux', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'sallyport-autostart-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));
  const entry = (command = ['/opt/sallyport', '--hidden']) => autostartEntry({ HOME: home }, command);
  const file = () => join(home, '.config/autostart/sallyport.desktop');

  it('is off until it is switched on, and off again', () => {
    expect(entry().enabled).toBe(false);
    entry().set(true);
    expect(entry().enabled).toBe(true);
    expect(readFileSync(file(), 'utf8')).toContain('Exec="/opt/sallyport" "--hidden"\n');
    expect(statSync(file()).mode & 0o777).toBe(0o644);
    entry().set(false);
    entry().set(false);
    expect(entry().enabled).toBe(false);
  });

  it.each(['Hidden=true', 'X-GNOME-Autostart-enabled=false', 'Hidden = true '])(
    'is off where the desktop wrote %s',
    (line) => {
      entry().set(true);
      const text = readFileSync(file(), 'utf8').replace('X-GNOME-Autostart-enabled=true\n', '');
      writeFileSync(file(), `${text}${line}\n`);
      expect(entry().enabled).toBe(false);
      entry().set(true);
      expect(entry().enabled).toBe(true);
    },
  );

  it('follows the app where it is moved to', () => {
    entry().set(true);
    entry(['/elsewhere/sallyport']).set(true);
    expect(readFileSync(file(), 'utf8')).toContain('/elsewhere/sallyport');
  });

  it('stands where XDG_CONFIG_HOME says, unless that is no whole path', () => {
    const config = join(home, 'other');
    autostartEntry({ HOME: home, XDG_CONFIG_HOME: config }, ['/x']).set(true);
    expect(readFileSync(join(config, 'autostart/sallyport.desktop'), 'utf8')).toContain('/x');
    expect(entry().enabled).toBe(false);
    autostartEntry({ HOME: home, XDG_CONFIG_HOME: 'relative' }, ['/x']).set(true);
    expect(entry().enabled).toBe(true);
  });
});
