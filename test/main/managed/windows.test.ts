import { describe, expect, it } from 'vitest';
import { registryDocument } from '../../../main/managed/registry-document.ts';
import { registryKeys } from '../../../main/managed/registry-text.ts';
import { systemFolder } from '../../../main/managed/system-folder.ts';
import type { RunSystemProgram } from '../../../main/managed/system-program.ts';
import { WINDOWS_POLICY_KEY, windowsPolicy } from '../../../main/managed/windows.ts';
import { keyIdOf } from '../../../protocol/update/release-key.ts';

const publicKey = Buffer.alloc(32, 9).toString('base64');

/** As reg.exe of Windows 10 and 11 prints it: CRLF, an empty line before each key and at the end. */
const printed = (...lines: string[]): string => ['', ...lines, '', ''].join('\r\n');
const value = (name: string, type: string, data: string): string => `    ${name}    ${type}    ${data}`;

const FULL = printed(
  WINDOWS_POLICY_KEY,
  value('(Default)', 'REG_SZ', '(value not set)'),
  value('BackendAddress', 'REG_SZ', 'https://sallyport.example.com'),
  value('idleSignOutMinutes', 'REG_DWORD', '0x1e'),
  value('startAtLogin', 'REG_DWORD', '0x1'),
  value('sshConfig', 'REG_DWORD', '0x0'),
  value('terminals', 'REG_MULTI_SZ', String.raw`built-in\0windows-terminal`),
  value('deepLinks', 'REG_MULTI_SZ', 'none'),
  value('updateKeys', 'REG_MULTI_SZ', `${keyIdOf(publicKey)} ${publicKey}`),
  value('NewerThanUs', 'REG_BINARY', '00FF'),
  '',
  `${WINDOWS_POLICY_KEY}\\Defaults`,
  value('updates', 'REG_SZ', 'notify'),
);

const documentOf = (text: string) => registryDocument(registryKeys(text), WINDOWS_POLICY_KEY);

describe('what reg.exe prints', () => {
  it('becomes the document of the two layers', () => {
    expect(documentOf(FULL)).toEqual({
      enforced: {
        backendAddress: 'https://sallyport.example.com',
        idleSignOutMinutes: 30,
        startAtLogin: true,
        sshConfig: false,
        terminals: ['built-in', 'windows-terminal'],
        deepLinks: [],
        updateKeys: [{ id: keyIdOf(publicKey), publicKey }],
        NewerThanUs: '00FF',
      },
      defaults: { updates: 'notify' },
    });
  });

  it.each(['(Default)', '(Standard)', '(par défaut)', '(Predeterminado)', '(既定)', '(\ufffd\ufffd)'])(
    'has a row without a name, called %s here, which says nothing',
    (name) => {
      const text = printed(WINDOWS_POLICY_KEY, value(name, 'REG_SZ', 'anything'), value('updates', 'REG_SZ', 'off'));
      expect(documentOf(text)).toEqual({ enforced: { updates: 'off' }, defaults: {} });
    },
  );

  it('has keys in the letters in which they were made', () => {
    const text = printed(
      String.raw`HKEY_LOCAL_MACHINE\Software\policies\SALLYPORT\sallyport`,
      value('updates', 'REG_SZ', 'off'),
    );
    expect(documentOf(text).enforced).toEqual({ updates: 'off' });
  });

  it('has values with nothing in them, and with spaces', () => {
    const keys = registryKeys(
      printed('HKEY_LOCAL_MACHINE\\A', '    a    REG_SZ    ', '    b b    REG_SZ    c    d', '    e    REG_SZ'),
    );
    expect(keys.get('HKEY_LOCAL_MACHINE\\A')).toEqual([
      { name: 'a', type: 'REG_SZ', data: '' },
      { name: 'b b', type: 'REG_SZ', data: 'c    d' },
      { name: 'e', type: 'REG_SZ', data: '' },
    ]);
  });

  it('says nothing where only another key is', () => {
    expect(documentOf(printed(`${WINDOWS_POLICY_KEY}\\Other`, value('updates', 'REG_SZ', 'off')))).toEqual({
      enforced: {},
      defaults: {},
    });
  });

  it.each<[string, string]>([
    ['a value before any key', printed(value('updates', 'REG_SZ', 'off'))],
    ['a value that is cut off', printed(WINDOWS_POLICY_KEY, '    updates    REG_')],
    ['a value with tabs', printed(WINDOWS_POLICY_KEY, '\tupdates\tREG_SZ\toff')],
    ['a second line of a value', printed(WINDOWS_POLICY_KEY, value('updates', 'REG_SZ', 'o'), 'ff')],
    ['a text of another program', 'Access is denied.'],
  ])('is refused with %s', (_name, text) => {
    expect(() => registryKeys(text)).toThrow('has a line that is not understood');
  });

  it.each<[string, string, string, string]>([
    ['startAtLogin', 'REG_SZ', '1', 'must be a REG_DWORD'],
    ['startAtLogin', 'REG_DWORD', '0x2', 'must be 0 or 1'],
    ['idleSignOutMinutes', 'REG_QWORD', '0x1e', 'must be a REG_DWORD'],
    ['idleSignOutMinutes', 'REG_DWORD', '30', 'is not a number'],
    ['idleSignOutMinutes', 'REG_DWORD', '0x', 'is not a number'],
    ['backendAddress', 'REG_EXPAND_SZ', '%BACKEND%', 'must be a REG_SZ'],
    ['backendAddress', 'REG_MULTI_SZ', 'https://a.example', 'must be a REG_SZ'],
    ['terminals', 'REG_SZ', 'built-in', 'must be a REG_MULTI_SZ'],
    ['deepLinks', 'REG_MULTI_SZ', '', 'a list of nothing is the word none'],
    ['updateKeys', 'REG_MULTI_SZ', publicKey, 'must have the name and the key'],
    ['updateKeys', 'REG_MULTI_SZ', `a b ${publicKey}`, 'must have the name and the key'],
  ])('is refused when %s is a %s of "%s"', (name, type, data, sentence) => {
    expect(() => documentOf(printed(WINDOWS_POLICY_KEY, value(name, type, data)))).toThrow(
      `${WINDOWS_POLICY_KEY}\\${name} ${sentence}`.replace(' a list', ' is empty; a list'),
    );
  });
});

describe('the policy of a Windows computer', () => {
  /** reg.exe with these answers; a key that is not among them gives its error. */
  function windows(answers: Record<string, string | null>) {
    const asked: string[] = [];
    const run: RunSystemProgram = async (path, args, { env } = {}) => {
      asked.push([path, ...args].join(' '));
      expect(env).toEqual({ SystemRoot: 'D:\\Win' });
      const text = answers[args[1] ?? ''];
      if (text === null) return { code: null, stdout: Buffer.alloc(0) };
      return text === undefined
        ? { code: 1, stdout: Buffer.alloc(0) }
        : { code: 0, stdout: Buffer.from(text, 'latin1') };
    };
    return { asked, source: windowsPolicy(run, 'D:\\Win\\System32') };
  }
  const POLICIES = String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Policies`;

  it('is asked of reg.exe by its own path', async () => {
    const { source, asked } = windows({ [WINDOWS_POLICY_KEY]: FULL });
    expect(await source.read()).toMatchObject({ state: 'read', source: WINDOWS_POLICY_KEY });
    expect(asked).toEqual([`D:\\Win\\System32\\reg.exe query ${WINDOWS_POLICY_KEY} /s`]);
  });

  it.each([
    ['nobody has policies of ours', { [POLICIES]: printed(`${POLICIES}\\Microsoft`, `${POLICIES}\\Mozilla`) }],
    [
      'another app of the same maker has',
      {
        [POLICIES]: printed(`${POLICIES}\\Sallyport`),
        [`${POLICIES}\\Sallyport`]: printed(`${POLICIES}\\Sallyport\\Other`),
      },
    ],
  ])('is none where %s', async (_name, answers) => {
    expect(await windows(answers).source.read()).toEqual({ state: 'absent' });
  });

  it.each<[string, Record<string, string | null>, string]>([
    [
      'the key is there and not for us',
      {
        [POLICIES]: printed(`${POLICIES}\\SALLYPORT`),
        [`${POLICIES}\\Sallyport`]: printed(`${POLICIES}\\Sallyport\\Sallyport`),
      },
      'this account may not read it',
    ],
    ['nothing at all may be read', {}, 'this account may not read HKEY_LOCAL_MACHINE'],
    ['the key above is not for us', { [POLICIES]: printed(`${POLICIES}\\Sallyport`) }, 'this account may not read'],
    ['reg.exe does not end, or is not there', { [WINDOWS_POLICY_KEY]: null }, 'reg.exe failed'],
    ['what it prints is not understood', { [WINDOWS_POLICY_KEY]: 'Oops' }, 'a line that is not understood'],
    [
      'a value is bad',
      { [WINDOWS_POLICY_KEY]: printed(WINDOWS_POLICY_KEY, value('updates', 'REG_SZ', 'of')) },
      '"enforced.updates" is not valid',
    ],
  ])('is not used when %s', async (_name, answers, sentence) => {
    const reading = await windows(answers).source.read();
    if (reading.state !== 'unusable') throw new Error(reading.state);
    expect(reading.problem.message).toContain(sentence);
  });

  it('comes from where the loader has its own libraries, whatever the environment says', () => {
    process.env.SystemRoot = 'C:\\Users\\eve\\Windows';
    const libraries = ['C:\\Program Files\\Sallyport\\Sallyport.exe', 'E:\\Windows\\SYSTEM32\\ntdll.dll'];
    expect(systemFolder(() => libraries)).toBe('E:\\Windows\\SYSTEM32');
    expect(systemFolder(() => ['C:\\Users\\eve\\ntdll.dll.txt'])).toBe('C:\\Windows\\System32');
    expect(systemFolder()).toBe('C:\\Windows\\System32');
    delete process.env.SystemRoot;
  });
});
