import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Installed } from '../../../../main/terminal/native/installed.ts';
import { linux } from '../../../../main/terminal/native/linux.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-path-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A computer on which these programs are installed. */
function computer(programs: Record<string, string>, env: NodeJS.ProcessEnv = {}): Installed {
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return new Installed(linux, { PATH: folder, ...env });
}

describe('terminals', () => {
  it('are listed when they are installed', async () => {
    const found = await computer({ xterm: '', kitty: '', unknown: '' }).terminals();
    expect(found.map(({ program, path }) => [program.id, path])).toEqual([
      ['kitty', join(folder, 'kitty')],
      ['xterm', join(folder, 'xterm')],
    ]);
  });

  it('that cannot be run are not listed', async () => {
    const installed = computer({ xterm: '', kitty: '' });
    chmodSync(join(folder, 'kitty'), 0o644);
    expect((await installed.terminals()).map(({ program }) => program.id)).toEqual(['xterm']);
  });

  it('in a relative folder of PATH are not listed: it is another folder each time', async () => {
    mkdirSync(join(folder, 'here'));
    expect(await computer({ xterm: '' }, { PATH: `.:${''}:here:../..` }).terminals()).toEqual([]);
  });

  it('installed later are found without a restart', async () => {
    const installed = computer({});
    expect(await installed.terminals()).toEqual([]);
    computer({ foot: '' });
    expect(await installed.terminals()).toHaveLength(1);
  });
});

describe('where the organisation allows some terminals alone', () => {
  it.each<[string, string[], string, string]>([
    ['the chosen one', ['kitty', 'xterm'], 'xterm', 'xterm'],
    ['the first of them that is here, for the desktop’s own', ['konsole', 'xterm', 'kitty'], '', 'kitty'],
    ['one that the desktop would not prefer', ['st'], '', 'st'],
  ])('it is %s', async (_name, allowed, id, found) => {
    const here = computer({ xterm: '', kitty: '', st: '', 'gnome-terminal': '' }, { XDG_CURRENT_DESKTOP: 'GNOME' });
    expect((await here.terminal(id, allowed)).program.id).toBe(found);
  });

  it.each<[string, string[], string]>([
    ['chosen one that is not among them', ['kitty'], 'xterm'],
    ['one, when none of them is here', ['konsole'], ''],
    ['native one', ['built-in'], ''],
    ['one that stands for whichever is preferred', ['kitty'], 'x-terminal-emulator'],
  ])('no %s is opened', async (_name, allowed, id) => {
    const here = computer({ xterm: '', 'x-terminal-emulator': '' });
    await expect(here.terminal(id, allowed)).rejects.toMatchObject({
      code: 'not-allowed',
      message: `Your organisation lets you connect in these alone: ${allowed.join(', ')}. Choose one of them in Settings, or install it.`,
    });
  });
});

describe('the chosen terminal', () => {
  it('is used', async () => {
    expect((await computer({ xterm: '', kitty: '' }).terminal('xterm')).program.id).toBe('xterm');
  });

  it.each([
    ['is not installed', 'konsole', 'Konsole is not installed. Choose another in Settings.'],
    ['is not known', 'rm -rf', 'The chosen terminal is not installed. Choose another in Settings.'],
    ['is a path', '/usr/bin/xterm', 'The chosen terminal is not installed. Choose another in Settings.'],
  ])('is refused when it %s, and no other is taken instead', async (_what, id, message) => {
    await expect(computer({ xterm: '' }).terminal(id)).rejects.toMatchObject({ code: 'not-found', message });
  });
});

describe("the desktop's own terminal", () => {
  const names = (installed: Installed) => installed.terminal('').then(({ program }) => program.id);

  it('is what the desktop itself stands for', async () => {
    expect(await names(computer({ xterm: '', konsole: '', 'xdg-terminal-exec': '' }))).toBe('xdg-terminal-exec');
  });

  it.each([
    ['echo "\'kitty\'"', 'kitty'],
    ['echo "\'/usr/bin/kitty\'"', 'kitty'],
    // What its settings name may not be here, be nothing we know, or not be told.
    ['echo "\'konsole\'"', 'gnome-terminal'],
    ['echo "\'sh -c evil\'"', 'gnome-terminal'],
    ['exit 1', 'gnome-terminal'],
    ['sleep 5', 'gnome-terminal'],
  ])('on GNOME, where its settings answer %j, is %s', async (answer, id) => {
    const env = { XDG_CURRENT_DESKTOP: 'ubuntu:GNOME', PATH: `${folder}:/bin:/usr/bin-none` };
    const programs = { gsettings: answer, kitty: '', 'gnome-terminal': '' };
    const found = await computer(programs, env).terminals();
    expect(found.length).toBeGreaterThan(1);
    const only = new Installed({ ...linux, programs: linux.programs.filter((p) => p.id in programs) }, env);
    expect(await names(only)).toBe(id);
  });

  it('is any that is here, on a desktop that says nothing', async () => {
    expect(await names(computer({ urxvt: '' }))).toBe('urxvt');
  });

  it('is refused with what to do when there is none', async () => {
    await expect(computer({}).terminal('')).rejects.toMatchObject({ code: 'not-found', message: /built-in/ });
  });
});

describe('ssh', () => {
  it('is found', async () => {
    expect(await computer({ ssh: '' }).ssh()).toBe(join(folder, 'ssh'));
  });

  it('is missed with what to do', async () => {
    await expect(computer({}).ssh()).rejects.toMatchObject({ code: 'not-found', message: /install the package/ });
  });
});
