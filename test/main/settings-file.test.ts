import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mendSettingsFile } from '../../main/settings-file.ts';
import { DEFAULT_SETTINGS } from '../../protocol/ipc/settings.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-settings-'));
  file = join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const mend = () => mendSettingsFile(file, () => 42);
const good = { ...DEFAULT_SETTINGS, backendAddress: 'https://sallyport.example.com', theme: 'dark' as const };

describe('a settings file', () => {
  it('that is good is left as it is', () => {
    writeFileSync(file, JSON.stringify(good));
    expect(mend()).toEqual({ settings: good, problem: null });
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  it('that is not there gives the defaults and stays away', () => {
    expect(mend()).toEqual({ settings: DEFAULT_SETTINGS, problem: null });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of an older version, with fields missing, gets their defaults without a word', () => {
    writeFileSync(file, JSON.stringify({ theme: 'dark' }));
    expect(mend()).toEqual({ settings: { ...DEFAULT_SETTINGS, theme: 'dark' }, problem: null });
  });

  it.each([
    ['empty', ''],
    ['cut off', '{"theme": "da'],
    ['no JSON', 'theme=dark'],
    ['JSON null', 'null'],
    ['a list', '[]'],
    ['binary', '\u0000\u0001\u0002'],
  ])('that is %s gives the defaults, and is kept as a backup', (_name, text) => {
    writeFileSync(file, text);
    const { settings, problem } = mend();
    expect(settings).toEqual(DEFAULT_SETTINGS);
    expect(problem).toContain('the whole file');
    expect(readFileSync(`${file}.bad-42`, 'utf8')).toBe(text);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(DEFAULT_SETTINGS);
  });

  it.each([
    ['theme', { ...good, theme: 'pink' }],
    ['terminalFontSize', { ...good, terminalFontSize: '13' }],
    ['terminalScrollback', { ...good, terminalScrollback: -1 }],
    ['notifications', { ...good, notifications: null }],
    ['surprise', { ...good, surprise: true }],
  ])('with a bad "%s" keeps every other choice and names that one', (name, content) => {
    writeFileSync(file, JSON.stringify(content));
    const { settings, problem } = mend();
    expect(settings.backendAddress).toBe(good.backendAddress);
    expect(settings).toEqual({
      ...good,
      ...(name in DEFAULT_SETTINGS && { [name]: DEFAULT_SETTINGS[name as 'theme'] }),
    });
    expect(problem).toContain(name);
    expect(JSON.parse(readFileSync(`${file}.bad-42`, 'utf8'))).toEqual(content);
  });
});
