import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startConfigured } from '../../backend/cli/run-config.ts';
import { readConfig } from '../../backend/config.ts';
import { startDemoIdentityProvider } from '../../backend/demo/identity-provider.ts';
import { openKeys } from '../../backend/keys.ts';
import { parseKeyLine } from '../../protocol/ssh/public-key.ts';
import { signIn, TEST_POLICY } from '../support/backend.ts';
import { copyDatabaseTemplate } from '../support/database-template.ts';
import { removeFolder } from '../support/folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
});
afterEach(() => removeFolder(folder));

const GOOD = `org: { name: Example }
data: data
http:
  port: 8022
  publicUrl: https://sallyport.example.com
gateway:
  advertised: { host: ssh.example.com }
policy: policy.yaml
identityProvider:
  issuer: https://login.example.com
  clientId: sallyport
  clientSecretFile: client-secret
`;

/** The public key of RFC 8032, test 1. */
const RELEASE_KEY =
  'updates: { folder: updates, keys: [{ id: 21fe31dfa154a261, publicKey: 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= }] }\n';

const SECRET_FILE = '  clientSecretFile: client-secret\n';

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
}

test('a good configuration, with its defaults; paths are taken from its own folder', async () => {
  const { config, pathOf } = await readConfig(await write('backend.yaml', GOOD));
  expect(config).toMatchObject({
    http: { host: '127.0.0.1', trustProxy: [] },
    gateway: { host: '0.0.0.0', port: 2222, advertised: { host: 'ssh.example.com', port: 2222 } },
    log: { level: 'info' },
  });
  expect(pathOf(config.policy)).toBe(join(folder, 'policy.yaml'));
});

describe('an error names line and field', () => {
  test.each<[string, [string, string], RegExp]>([
    [
      'a misspelt setting',
      ['publicUrl', 'publicURL'],
      /^backend\.yaml, line 5, "http\.publicURL": there is no such setting/,
    ],
    ['a missing setting', ['data: data\n', ''], /"data": this setting is missing/],
    ['updates without a folder', ['org:', 'updates: { keys: [] }\norg:'], /"updates\.folder": this setting is missing/],
    [
      'a release key under another name',
      ['org:', `${RELEASE_KEY.replace('21fe', '21ff')}org:`],
      /"updates\.keys\.0": has another id/,
    ],
    [
      'a release key of 31 bytes',
      ['org:', `${RELEASE_KEY.replace('11qYA', '1qYA')}org:`],
      /publicKey": must be an Ed25519/,
    ],
    ['no address', ['https://sallyport.example.com', 'sallyport'], /line 5, "http\.publicUrl"/],
    ['an address of another kind', ['https://sallyport', 'ftp://sallyport'], /line 5, "http\.publicUrl"/],
    ['an address with a path', ['example.com\n', 'example.com/ssh\n'], /line 5, "http\.publicUrl": must be an origin/],
    [
      'an address that is not encrypted',
      ['https://sally', 'http://sally'],
      /line 5, "http\.publicUrl": is not encrypted, and apps refuse it; put a TLS proxy in front/,
    ],
    [
      'an address that only looks like this computer',
      ['https://sallyport.example.com', 'http://localhost.example.com'],
      /"http\.publicUrl": is not encrypted/,
    ],
    [
      'an address with a password',
      ['https://sally', 'https://me:pw@sally'],
      /line 5, "http\.publicUrl": must be an origin/,
    ],
    [
      'a way to send the client secret that is none',
      [SECRET_FILE, `${SECRET_FILE}  clientAuthentication: none\n`],
      /line 13, "identityProvider\.clientAuthentication"/,
    ],
    ['a port that is none', ['8022', '80220'], /line 4, "http\.port"/],
    [
      'a secret in the file itself',
      ['clientSecretFile: client-secret', 'clientSecret: hunter2'],
      /"identityProvider\.clientSecret": there is no such setting/,
    ],
    ['broken YAML', ['org: {', 'org: {{'], /not valid YAML/],
  ])('%s', async (_, [from, to], sentence) => {
    expect(GOOD).toContain(from);
    const file = await write('backend.yaml', GOOD.replace(from, to));
    await expect(readConfig(file)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(sentence),
    });
  });
});

describe('a backend of a configuration', () => {
  async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  async function configured(more = '') {
    const [http, gateway] = [await freePort(), await freePort()];
    const url = `http://127.0.0.1:${http}`;
    const client = { clientId: 'sallyport', clientSecret: randomBytes(16).toString('hex') };
    const provider = await startDemoIdentityProvider({ ...client, redirectUris: [`${url}/auth/callback`] });
    await write('client-secret', `${client.clientSecret}\n`);
    await write('policy.yaml', TEST_POLICY);
    await mkdir(join(folder, 'data'));
    await copyDatabaseTemplate(join(folder, 'data'));
    const text = GOOD.replace('port: 8022', `port: ${http}`)
      .replace('https://sallyport.example.com', url)
      .replace('gateway:\n', `gateway:\n  host: 127.0.0.1\n  port: ${gateway}\n`)
      .replace('https://login.example.com', provider.issuer);
    const { config, pathOf } = await readConfig(await write('backend.yaml', text + more));
    return { config, pathOf, provider, url };
  }
  const quiet = pino({ level: 'silent' });

  test('starts, lets people sign in, and tells apps the advertised gateway', async () => {
    await write('passphrase', 'correct horse battery staple\n');
    const { config, pathOf, provider, url } = await configured(
      'keys: { sealedWith: { passphraseFile: passphrase } }\n',
    );
    const backend = await startConfigured(config, pathOf, quiet, () => undefined);
    expect(backend.address).toBe(url);
    expect(backend.gateway).toMatchObject({ host: 'ssh.example.com', port: 2222 });
    const erin = await signIn(url, 'erin');
    expect((await erin.call('overview.show', {})).org.name).toBe('Example');
    await backend.dispose();
    await provider.dispose();
    // A passphrase is slow to try on purpose, and there are several keys.
  }, 60_000);

  test.each<[string, string, string | null, 'header' | 'body']>([
    ['nothing said', '', 'login', 'header'],
    ['the secret in the body', '  clientAuthentication: post\n', 'login', 'body'],
    ['no page in particular', "  prompt: ''\n  clientAuthentication: basic\n", null, 'header'],
  ])('the provider is asked as the configuration says: %s', async (_, more, prompt, secretIn) => {
    const { config, pathOf, provider, url } = await configured(more);
    const backend = await startConfigured(config, pathOf, quiet, () => undefined);
    const query = `redirect_uri=http://127.0.0.1:9/callback&code_challenge=${'x'.repeat(43)}&state=${'s'.repeat(16)}`;
    const begun = await fetch(`${url}/auth/sign-in?${query}`, { redirect: 'manual' });
    expect(new URL(begun.headers.get('location') ?? '').searchParams.get('prompt')).toBe(prompt);
    const calls = vi.spyOn(globalThis, 'fetch');
    await signIn(url, 'erin');
    const trade = calls.mock.calls
      .map(([, init]) => init)
      .find((init) => String(init?.body).includes('code_verifier='));
    calls.mockRestore();
    expect(String(trade?.body).includes('client_secret=')).toBe(secretIn === 'body');
    expect(new Headers(trade?.headers).has('authorization')).toBe(secretIn === 'header');
    await backend.dispose();
    await provider.dispose();
  });

  test('updates are handed out from the folder it names, and said to be missing elsewhere', async () => {
    const { config, pathOf, provider, url } = await configured(RELEASE_KEY);
    expect(config.updates?.keys).toHaveLength(1);
    const backend = await startConfigured(config, pathOf, quiet, () => undefined);
    try {
      const response = await fetch(`${url}/updates/stable.json`);
      expect(await response.json()).toMatchObject({ detail: 'Nothing has been published on the channel stable yet.' });
    } finally {
      await backend.dispose();
      await provider.dispose();
    }
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'no client secret',
      () => rm(join(folder, 'client-secret')),
      /client secret file .* cannot be read: it is not there/,
    ],
    ['an empty client secret', () => write('client-secret', '\n'), /client secret file .* is empty/],
    ['no policy', () => rm(join(folder, 'policy.yaml')), /policy file .* cannot be read/],
    ['a policy with an error', () => write('policy.yaml', 'version: 9\n'), /policy\.yaml, line 1/],
  ])('does not start with %s: one sentence, and nothing is left running', async (_, spoil, sentence) => {
    const { config, pathOf, provider } = await configured();
    await spoil();
    const attempt = startConfigured(config, pathOf, quiet, () => undefined);
    await expect(attempt).rejects.toMatchObject({ name: 'AppError', message: expect.stringMatching(sentence) });
    await provider.dispose();
  });
});

describe('keys', () => {
  test('are the same the next time, lie sealed for one user only, and differ from each other', async () => {
    const secret = { keyFile: join(folder, 'keys', 'sealing.key') };
    const [first, second] = [
      await openKeys(join(folder, 'keys'), secret),
      await openKeys(join(folder, 'keys'), secret),
    ];
    expect(second.userCa.publicBlob.equals(first.userCa.publicBlob)).toBe(true);
    expect(second.gatewayHostKey.equals(first.gatewayHostKey)).toBe(true);
    expect(Buffer.from(second.signInSealingKey).equals(Buffer.from(first.signInSealingKey))).toBe(true);
    expect(first.userCa.publicBlob.equals(first.hostCa.publicBlob)).toBe(false);
  });

  test('their public halves lie beside them, as targets want them, and nothing private lies in the open', async () => {
    const keys = await openKeys(join(folder, 'keys'), { keyFile: join(folder, 'sealing.key') });
    const line = await readFile(join(folder, 'keys', 'user-ca.pub'), 'utf8');
    expect(parseKeyLine(line).blob.equals(keys.userCa.publicBlob)).toBe(true);
    for (const name of await readdir(join(folder, 'keys'))) {
      if (name.endsWith('.pub')) continue;
      expect((await stat(join(folder, 'keys', name))).mode & 0o777, name).toBe(0o600);
      expect(JSON.parse(await readFile(join(folder, 'keys', name), 'utf8'))).toMatchObject({
        format: 'sallyport-sealed-key-1',
      });
    }
  });

  test('are not written again: once they are there, the folder may be read-only', async () => {
    const [keys, secret] = [join(folder, 'keys'), { keyFile: join(folder, 'sealing.key') }];
    await openKeys(keys, secret);
    const long = new Date(1_000_000);
    for (const name of await readdir(keys)) await utimes(join(keys, name), long, long);
    await openKeys(keys, secret);
    for (const name of await readdir(keys)) expect((await stat(join(keys, name))).mtime, name).toEqual(long);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a folder that is a file', () => write('keys', '')],
    ['a folder in the place of a key', () => mkdir(join(folder, 'keys', 'user-ca.sealed'), { recursive: true })],
    ['a public half that cannot be written', () => mkdir(join(folder, 'keys', 'user-ca.pub'), { recursive: true })],
  ])('with %s are refused with a sentence that names it', async (_, spoil) => {
    await spoil();
    await expect(openKeys(join(folder, 'keys'), { keyFile: join(folder, 'sealing.key') })).rejects.toMatchObject({
      name: 'AppError',
      message: expect.stringMatching(/^The keys in .* cannot be used: .*keys/),
    });
  });

  test.each<[string, () => Promise<unknown>]>([
    ['another sealing key', () => write('sealing.key', `${randomBytes(32).toString('base64')}\n`)],
    ['a sealing key that others can read', () => chmod(join(folder, 'sealing.key'), 0o644)],
    ['a sealing key that is none', () => write('sealing.key', 'abc\n')],
  ])('do not open with %s', async (_, spoil) => {
    const secret = { keyFile: join(folder, 'sealing.key') };
    await openKeys(join(folder, 'keys'), secret);
    await spoil();
    await expect(openKeys(join(folder, 'keys'), secret)).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
