import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chosenIn, mendSettingsFile } from '../../main/settings-file.ts';
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
    expect(mend()).toEqual({ chosen: good, problem: null });
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  it('that is not there says that nothing was chosen, and stays away', () => {
    expect(mend()).toEqual({ chosen: {}, problem: null });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('holds what was chosen, and nothing is added to it', () => {
    writeFileSync(file, '{"theme":"dark"}');
    expect(mend()).toEqual({ chosen: { theme: 'dark' }, problem: null });
    expect(readFileSync(file, 'utf8')).toBe('{"theme":"dark"}');
  });

  it.each([
    ['empty', ''],
    ['cut off', '{"theme": "da'],
    ['no JSON', 'theme=dark'],
    ['JSON null', 'null'],
    ['a list', '[]'],
    ['binary', '\u0000\u0001\u0002'],
  ])('that is %s counts for nothing, and is kept as a backup', (_name, text) => {
    writeFileSync(file, text);
    const { chosen, problem } = mend();
    expect(chosen).toEqual({});
    expect(problem).toContain('the whole file');
    expect(readFileSync(`${file}.bad-42`, 'utf8')).toBe(text);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({});
  });

  it.each([
    ['theme', { ...good, theme: 'pink' }],
    ['terminalFontSize', { ...good, terminalFontSize: '13' }],
    ['terminalScrollback', { ...good, terminalScrollback: -1 }],
    ['notifications', { ...good, notifications: null }],
    ['surprise', { ...good, surprise: true }],
  ])('with a bad "%s" keeps every other choice and names that one', (name, content) => {
    writeFileSync(file, JSON.stringify(content));
    const { chosen, problem } = mend();
    const { [name as 'theme']: _bad, ...others } = good;
    expect(chosen).toEqual(others);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(others);
    expect(problem).toContain(name);
    expect(JSON.parse(readFileSync(`${file}.bad-42`, 'utf8'))).toEqual(content);
  });
});

describe('what was chosen, read again while the app runs', () => {
  it.each<[string, string, object]>([
    ['was spoilt', '{"theme": "da', {}],
    ['is no object', '[]', {}],
    ['has a bad field', '{"theme":"dark","updates":"never"}', { theme: 'dark' }],
    ['has a field that is not known', '{"theme":"dark","surprise":1}', { theme: 'dark' }],
  ])('from a file that %s is what can be used, and the file is left alone', (_name, text, chosen) => {
    writeFileSync(file, text);
    expect(chosenIn(file)).toEqual(chosen);
    expect(readdirSync(folder)).toEqual(['settings.json']);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('from where a file cannot be read is nothing', () => {
    mkdirSync(file);
    expect(chosenIn(file)).toEqual({});
    expect(chosenIn(join(folder, 'none'))).toEqual({});
  });
});
