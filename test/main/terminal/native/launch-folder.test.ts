import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LaunchFolder, plainLine } from '../../../../main/terminal/native/launch-folder.ts';
import { linux } from '../../../../main/terminal/native/linux.ts';
import { terminalEnvironment } from '../../../../main/terminal/native/terminal-environment.ts';
import { processGone, processLives } from '../../../support/process-watch.ts';

let run: string;
let folder: LaunchFolder;
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'sallyport-launch-'));
  folder = new LaunchFolder(join(run, 'ext-1'), linux.script);
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

const FILES = { ssh: '/usr/bin/ssh', config: 'Host *\n', knownHosts: 'db-1 key\n', script: '#!/bin/sh\n' };

describe('the folder of a launch', () => {
  it('can be read by its owner alone, and so can all in it', () => {
    folder.fill(FILES);
    folder.say('over');
    closeSync(folder.openLog());
    const modes = readdirSync(folder.path).map((name) => [name, statSync(join(folder.path, name)).mode & 0o777]);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    expect(Object.fromEntries(modes)).toEqual({
      ...{ config: 0o600, known_hosts: 0o600, reason: 0o600, 'session.sh': 0o700, ssh: 0o600, 'terminal.log': 0o600 },
    });
  });

  it('is a new one: nothing that lies there already is used', () => {
    expect(() => new LaunchFolder(folder.path, linux.script)).toThrow('EEXIST');
    writeFileSync(join(folder.path, 'config'), 'ProxyCommand evil');
    expect(() => folder.fill(FILES)).toThrow('EEXIST');
  });

  it('tells the reason to whoever has it open, also after it was removed', () => {
    const reader = openSync(join(folder.path, 'reason'), 'r');
    folder.say('access ended');
    folder.say('something else');
    folder.remove();
    folder.say('too late');
    const bytes = Buffer.alloc(100);
    expect(bytes.toString('utf8', 0, readSync(reader, bytes))).toBe('access ended\n');
    closeSync(reader);
    expect(existsSync(folder.path)).toBe(false);
  });

  it('gives the last line that the terminal said', () => {
    writeFileSync(join(folder.path, 'terminal.log'), "first\nxterm: Can't open display\n");
    expect(folder.lastWords()).toBe("xterm: Can't open display");
  });
});

describe('an ssh that survives', () => {
  const start = (...args: string[]) => spawn('/bin/sh', ['-c', 'sleep 100; :', ...args], { stdio: 'ignore' });
  const note = (pid: number | undefined) => writeFileSync(join(folder.path, 'ssh.pid'), `${pid}\n`);

  it('is killed, even if it was stopped', async () => {
    const child = start('-F', join(folder.path, 'config'));
    process.kill(child.pid!, 'SIGSTOP');
    note(child.pid);
    expect(folder.killSsh()).toBe(true);
    await processGone(child.pid!, 5_000);
  });

  it('is not mistaken for another process that has got its id', () => {
    const child = start('-F', join(run, 'ext-2', 'config'));
    note(child.pid);
    expect(folder.killSsh()).toBe(false);
    expect(processLives(child.pid!)).toBe(true);
    child.kill('SIGKILL');
  });

  it.each(['', 'x', '0', '1', '-1', '2147483647', '12 34', '1e9'])('noted as %j kills nothing', (text) => {
    writeFileSync(join(folder.path, 'ssh.pid'), text);
    expect(folder.killSsh()).toBe(false);
  });
});

describe('how ssh ended', () => {
  it.each<[string, boolean | undefined, string]>([
    ['', undefined, 'is not known before the script has written it'],
    ['0\n', false, 'is no fault when the shell was left'],
    ['130\n', false, 'is no fault when its last command was interrupted'],
    ['137\n', false, 'is no fault when it was killed'],
    ['255\n', true, 'is a lost connection when ssh says so'],
  ])('%j: %s %s', (status, lost) => {
    expect(folder.sshLostConnection()).toBeUndefined();
    writeFileSync(join(folder.path, 'status'), status);
    expect(folder.sshLostConnection()).toBe(lost);
  });
});

describe('a reason', () => {
  it.each([
    ['access ended 14:05: its time is over.', 'access ended 14:05: its time is over.'],
    ['revoked\nby\r\nDana', 'revoked by Dana'],
    ['\x1b]0;evil\x07\x1b[2J', ']0;evil [2J'],
    ['a\u009b31mb', 'a 31mb'],
    ['right\u202eto left', 'right to left'],
    ['two\u2028lines', 'two lines'],
    ['Zoë – 日本', 'Zoë – 日本'],
  ])('%j is one plain line: %j', (text, line) => {
    expect(plainLine(text)).toBe(line);
  });

  it('is what stands in the file', () => {
    folder.say('no\nmore');
    expect(readFileSync(join(folder.path, 'reason'), 'utf8')).toBe('no more\n');
  });
});

describe("a terminal's environment", () => {
  it('is the person’s, without what was set for Electron', () => {
    const env = {
      PATH: '/bin',
      DISPLAY: ':0',
      LD_LIBRARY_PATH: '/opt',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: '-r x',
    };
    expect(terminalEnvironment(env)).toEqual({ PATH: '/bin', DISPLAY: ':0', LD_LIBRARY_PATH: '/opt' });
  });

  it('has nothing of an AppImage that the app was unpacked from', () => {
    const env = { PATH: '/bin', APPIMAGE: '/x.AppImage', APPDIR: '/tmp/.mount', LD_LIBRARY_PATH: '/tmp/.mount/lib' };
    expect(terminalEnvironment(env)).toEqual({ PATH: '/bin' });
  });
});
