import { describe, expect, test } from 'vitest';
import { QUESTIONS, type QuestionName, readDatabaseUrl, type Said } from '../../../backend/cli/init/questions.ts';
import { AppError } from '../../../protocol/errors.ts';

function read(name: QuestionName, text: string): string {
  const question = QUESTIONS.find((each) => each.name === name);
  if (!question) throw new Error(`There is no question ${name}.`);
  return question.read(text);
}

describe('an answer that will not do is refused at once', () => {
  test.each<[QuestionName, string]>([
    ['org-name', ''],
    ['org-name', 'Two\nlines'],
    ['org-name', 'turned \u202e round'],
    ['org-name', 'x'.repeat(201)],
    ['public-url', 'sallyport.example.com'],
    ['public-url', 'http://sallyport.example.com'],
    ['public-url', 'ftp://sallyport.example.com'],
    ['public-url', 'https://sallyport.example.com/app'],
    ['public-url', 'https://sallyport.example.com/?x'],
    ['public-url', 'https://me:word@sallyport.example.com'],
    ['issuer', 'http://login.example.com'],
    ['issuer', 'login.example.com'],
    ['issuer', 'https://login.example.com/?tenant=1'],
    ['issuer', 'https://me@login.example.com'],
    ['http-host', 'sallyport.example.com'],
    ['http-host', '300.1.1.1'],
    ['http-port', '0'],
    ['http-port', '65536'],
    ['gateway-port', '22 '],
    ['gateway-host', 'https://ssh.example.com'],
    ['gateway-host', 'ssh.example.com:22'],
    ['gateway-host', '-oProxyCommand=x'],
    ['gateway-host', 'a b'],
    ['trust-proxy', 'proxy.example.com'],
    ['trust-proxy', '10.0.0.0/33'],
    ['trust-proxy', '10.0.0.0/8/8'],
    ['trust-proxy', '10.0.0.1,'],
    ['database', 'postgres://db'],
    ['client-id', 'a\u0000b'],
    ['config', ''],
  ])('%s: "%s"', (name, text) => {
    expect(() => read(name, text)).toThrow(AppError);
  });

  test.each(['', 'db.example.com', 'mysql://db/x', 'https://db', 'postgres://'])('database URL "%s"', (text) => {
    expect(() => readDatabaseUrl(text)).toThrow(AppError);
  });

  test('and no refusal repeats a database URL, which holds a password', () => {
    expect(() => readDatabaseUrl('mysql://me:hunter2@db/x')).toThrow(/^(?!.*hunter2)/);
  });
});

test.each<[QuestionName, string, string]>([
  ['public-url', 'https://Sallyport.Example.com:443/', 'https://sallyport.example.com'],
  ['public-url', 'http://127.0.0.1:8022', 'http://127.0.0.1:8022'],
  ['issuer', 'https://login.example.com/realms/x/', 'https://login.example.com/realms/x/'],
  ['http-port', '08022', '8022'],
  ['gateway-host', '2001:db8::1', '2001:db8::1'],
  ['trust-proxy', '10.0.0.0/8, ::1', '10.0.0.0/8,::1'],
  ['trust-proxy', 'none', ''],
])('%s "%s" is kept as "%s"', (name, text, kept) => {
  expect(read(name, text)).toBe(kept);
});

test.each<[string, Said, QuestionName, string | undefined]>([
  ['the gateway is where the backend is', { 'public-url': 'https://a.example:8443' }, 'gateway-host', 'a.example'],
  ['a number too', { 'public-url': 'http://[::1]:8022' }, 'gateway-host', '::1'],
  [
    'a proxy on this computer is trusted',
    { 'public-url': 'https://a.example', 'http-host': '127.0.0.1' },
    'trust-proxy',
    '127.0.0.1',
  ],
  [
    'nobody is trusted where others reach the port',
    { 'public-url': 'https://a.example', 'http-host': '0.0.0.0' },
    'trust-proxy',
    'none',
  ],
  [
    'nobody is trusted where there is no proxy',
    { 'public-url': 'http://127.0.0.1:1', 'http-host': '127.0.0.1' },
    'trust-proxy',
    'none',
  ],
  ['without a proxy the port is the address’s', { 'public-url': 'http://127.0.0.1:9000' }, 'http-port', '9000'],
  ['there is no organisation by default', {}, 'org-name', undefined],
  ['nor a provider', {}, 'issuer', undefined],
])('by default: %s', (_, said, name, otherwise) => {
  expect(QUESTIONS.find((each) => each.name === name)?.otherwise(said)).toBe(otherwise);
});
