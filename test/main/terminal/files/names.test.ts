import { describe, expect, it } from 'vitest';
import { isPlainName, localName, nthName, remoteName, remotePath } from '../../../../main/terminal/files/names.ts';

const EVERYWHERE = ['linux', 'darwin', 'win32'] as const;

describe('the name that a file of a target gets here', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['.bashrc', '.bashrc'],
    ['ünï ☃ 日本.txt', 'ünï ☃ 日本.txt'],
    ['../../.ssh/authorized_keys', '.._.._.ssh_authorized_keys'],
    ['/etc/passwd', '_etc_passwd'],
    ['..\\..\\run.bat', '.._.._run.bat'],
    ['C:\\x', { linux: 'C:_x', darwin: 'C__x', win32: 'C__x' }],
    ['.', 'file_'],
    ['..', 'file__'],
    ['', 'file'],
    ['two\nlines\r\0\x1b[31m', 'two_lines___[31m'],
    ['c1\x9b', 'c1_'],
    ['invoice\u202efdp.exe', 'invoice_fdp.exe'],
    ['\u2066hidden\u2069', '_hidden_'],
    ['half \ud800 pair', 'half \ufffd pair'],
    ['10:30:00.log', { linux: '10:30:00.log', darwin: '10_30_00.log', win32: '10_30_00.log' }],
    ['a<b>c"d|e?f*g', { linux: 'a<b>c"d|e?f*g', darwin: 'a<b>c"d|e?f*g', win32: 'a_b_c_d_e_f_g' }],
    ['file:stream', { linux: 'file:stream', darwin: 'file_stream', win32: 'file_stream' }],
    ['CON', { linux: 'CON', darwin: 'CON', win32: '_CON' }],
    ['nul.txt', { linux: 'nul.txt', darwin: 'nul.txt', win32: '_nul.txt' }],
    ['COM1 .log', { linux: 'COM1 .log', darwin: 'COM1 .log', win32: '_COM1 .log' }],
    ['com1 log', { linux: 'com1 log', darwin: 'com1 log', win32: 'com1 log' }],
    ['com1.tar.gz', { linux: 'com1.tar.gz', darwin: 'com1.tar.gz', win32: '_com1.tar.gz' }],
    ['LPT²', { linux: 'LPT²', darwin: 'LPT²', win32: '_LPT²' }],
    ['conin$', { linux: 'conin$', darwin: 'conin$', win32: '_conin$' }],
    ['console', 'console'],
    ['dot.', { linux: 'dot.', darwin: 'dot.', win32: 'dot_' }],
    ['space. . ', { linux: 'space. . ', darwin: 'space. . ', win32: 'space____' }],
  ] as const)('of %j is %j', (name, expected) => {
    for (const platform of EVERYWHERE) {
      expect(localName(name, platform)).toBe(typeof expected === 'string' ? expected : expected[platform]);
    }
  });

  it.each([
    [`${'x'.repeat(300)}.pdf`, 200, '.pdf'],
    [`${'☃'.repeat(100)}.tar.gz`, 200, '.tar.gz'],
    [`a.${'x'.repeat(300)}`, 200, ''],
  ])('is short enough for every disk, and keeps its ending (%#)', (name, bytes, ending) => {
    const short = localName(name, 'linux');
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(bytes);
    expect(short.endsWith(ending)).toBe(true);
    expect(short).not.toContain('\ufffd');
  });

  it('is one plain name whatever the target says', () => {
    for (let i = 0; i < 3_000; i++) {
      const name = Array.from({ length: i % 9 }, () => String.fromCharCode((i * 7919 + i ** 2 * 31) % 0x300)).join('.');
      for (const platform of EVERYWHERE) expect(isPlainName(localName(name, platform))).toBe(true);
    }
  });
});

it.each([
  ['report.pdf', 1, 'report.pdf'],
  ['report.pdf', 2, 'report (2).pdf'],
  ['backup.tar.gz', 3, 'backup (3).tar.gz'],
  ['Makefile', 2, 'Makefile (2)'],
  ['.bashrc', 2, '.bashrc (2)'],
  ['v1.2 final', 2, 'v1.2 final (2)'],
] as const)('%s, for the %ith time, is %s', (name, n, expected) => {
  expect(nthName(name, n)).toBe(expected);
});

it.each([
  ['/', 'a', '/a'],
  ['/srv', 'a b', '/srv/a b'],
])('in %s, %s is %s', (folder, name, path) => {
  expect(remotePath(folder, name)).toBe(path);
  expect(remoteName(path)).toBe(name);
  expect(remoteName(`${path}/`)).toBe(name);
});

it.each(['', '.', '..', 'a/b', '/', '../x', 'a\0b'])('no folder holds an entry named %j', (name) => {
  expect(isPlainName(name)).toBe(false);
});
