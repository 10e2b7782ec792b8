import { expect, test } from 'vitest';
import { linkOf, opensLink } from '../../../renderer/terminal/links.ts';

test.each([
  ['https://example.com/a?b#c', 'example.com', 'https://example.com/a?b#c'],
  ['http://10.0.0.1:8080/', '10.0.0.1:8080', 'http://10.0.0.1:8080/'],
  ['HTTPS://EXAMPLE.com', 'example.com', 'https://example.com/'],
  ['https://exаmple.com/', 'xn--exmple-4nf.com', 'https://xn--exmple-4nf.com/'],
  ['https://example.com\\@evil.test/', 'example.com', 'https://example.com/@evil.test/'],
  ['https://example.com/\u202etxt', 'example.com', 'https://example.com/%E2%80%AEtxt'],
])('%j leads to %s', (text, host, url) => {
  expect(linkOf(text)).toMatchObject({ host, url });
  const link = linkOf(text);
  expect(`${link?.before}${link?.host}${link?.after}`).toBe(url);
});

test.each([
  'file:///etc/passwd',
  'javascript:alert(1)',
  'JAVASCRIPT:alert(1)',
  'data:text/html,x',
  'ssh://host',
  'mailto:a@b.c',
  'smb://host/share',
  'vscode://x',
  'https://accounts.example.com@evil.test/',
  'https://user:word@evil.test/',
  'https://',
  '//example.com',
  'example.com',
  '',
  `https://example.com/${'x'.repeat(4000)}`,
])('%j is no link', (text) => {
  expect(linkOf(text)).toBeNull();
});

test.each([
  ['linux', { ctrlKey: true, metaKey: false }, true],
  ['linux', { ctrlKey: false, metaKey: false }, false],
  ['linux', { ctrlKey: false, metaKey: true }, false],
  ['darwin', { ctrlKey: false, metaKey: true }, true],
  ['darwin', { ctrlKey: true, metaKey: false }, false],
] as const)('on %s a click with %j opens a link: %s', (platform, press, opens) => {
  expect(opensLink(press, platform)).toBe(opens);
});
