// A backend from nothing: set up by options, looked at, started, looked at while it runs, and then broken in one way
// after another, each of which must be named.
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoIdentityProvider, startDemoIdentityProvider } from '../../../backend/demo/identity-provider.ts';
import type { TargetHost } from '../../../backend/demo/target-host.ts';
import { examine } from '../../../backend/doctor/doctor.ts';
import { embeddedAddress } from '../../../backend/doctor/embedded-database.ts';
import type { Finding } from '../../../backend/doctor/finding.ts';
import { clientConfig } from '../../../backend/storage/database.ts';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { BUILT_BACKEND } from '../../support/built-backend.ts';
import { removeFolder } from '../../support/folder.ts';
import { startSshd } from '../../support/sshd.ts';

const CLIENT_SECRET = randomBytes(24).toString('hex');

let folder: string;
let provider: DemoIdentityProvider;
let target: TargetHost;
let [httpPort, gatewayPort] = [0, 0];
let running: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-init-'));
  [httpPort, gatewayPort] = await Promise.all([freePort(), freePort()]);
  provider = await startDemoIdentityProvider({
    clientId: 'sallyport',
    clientSecret: CLIENT_SECRET,
    redirectUris: [`http://127.0.0.1:${httpPort}/auth/callback`],
  });
  target = await startSshd({ userCaLine: keyLine() });
});
afterAll(async () => {
  await stop();
  await target?.stop();
  await provider?.dispose();
  await removeFolder(folder);
});

const config = (): string => join(folder, 'etc/backend.yaml');
const inEtc = (name: string): string => join(folder, 'etc', name);
const inKeys = (name: string): string => join(folder, 'data/keys', name);

function keyLine(): string {
  return formatKeyLine(ed25519Blob(generateKeyPairSync('ed25519').privateKey));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

function start(words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...BUILT_BACKEND, ...words], { stdio: 'pipe' });
}

async function sallyport(words: readonly string[], input = '') {
  const child = start(words);
  child.stdin?.end(input);
  let [out, said] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, said };
}

const initWords = (more: readonly string[] = []): string[] => [
  'init',
  ...['--org-name', 'Example: "Ltd" #1', '--public-url', `http://127.0.0.1:${httpPort}`, '--issuer', provider.issuer],
  ...['--gateway-host', '127.0.0.1', '--gateway-port', String(gatewayPort)],
  ...['--data', join(folder, 'data'), '--config', config(), ...more],
];

/** What it finds, without the sentence about root: tests may run as root, and backends should not. */
async function doctor(): Promise<{ code: number | null; findings: Finding[] }> {
  const { code, out, said } = await sallyport(['doctor', '--config', config(), '--json']);
  expect(said).toBe('');
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  expect(out).not.toContain(CLIENT_SECRET);
  return { code, findings };
}

async function serve(): Promise<void> {
  running = start(['serve', '--config', config()]);
  let said = '';
  running.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const lines = createInterface({ input: running.stdout as NodeJS.ReadableStream });
  await Promise.race([
    once(lines, 'line'),
    once(running, 'exit').then(() => {
      throw new Error(`It did not start: ${said}`);
    }),
  ]);
}

async function stop(): Promise<void> {
  if (!running || running.exitCode !== null) return;
  running.kill('SIGTERM');
  await once(running, 'exit');
  running = undefined;
}

const verdicts = (findings: Finding[], check: string): string[] =>
  findings.filter((finding) => finding.check === check).map(({ verdict }) => verdict);
const wrong = (findings: Finding[]): Finding[] => findings.filter(({ verdict }) => verdict === 'wrong');

/** Every file below, with what is in it, its mode and when it was changed. */
async function everything(below: string): Promise<string[]> {
  const entries = await readdir(below, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map(async (path) => {
        const { mode, mtimeMs, size } = await stat(path);
        return `${path} ${mode} ${mtimeMs} ${size}`;
      }),
  );
}

describe.sequential('from nothing', () => {
  test.each<[string, readonly string[], number, RegExp]>([
    ['a taken port', [], 1, /gateway port \d+ is taken/],
    [
      'a provider that is not there',
      ['--issuer', 'http://127.0.0.1:9'],
      1,
      /--issuer: .* cannot be reached: .*--offline/,
    ],
    ['a policy that is not there', ['--policy', '/nowhere/policy.yaml'], 1, /The policy file .* it is not there/],
    ['no secret', [], 2, /^Give the client secret by --client-secret-file/],
  ])('%s stops it before anything is written', async (what, words, status, sentence) => {
    const taken = what === 'a taken port' ? createServer().listen(gatewayPort, '0.0.0.0') : undefined;
    if (taken) await once(taken, 'listening');
    const at = words[0] === undefined ? -1 : initWords().indexOf(words[0]);
    const all = at === -1 ? initWords(words) : initWords().with(at + 1, words[1] ?? '');
    const { code, said, out } = await sallyport(all, what === 'no secret' ? '' : CLIENT_SECRET);
    taken?.close();
    expect(said).toMatch(sentence);
    expect({ code, out }).toEqual({ code: status, out: '' });
    expect(await readdir(folder)).toEqual([]);
  });

  test('init writes what is needed, and says what comes next', async () => {
    const { code, out, said } = await sallyport(initWords(), `${CLIENT_SECRET}\n`);
    expect({ code, said }).toEqual({ code: 0, said: '' });
    expect(out).not.toContain(CLIENT_SECRET);
    expect(out).toContain((await readFile(inKeys('user-ca.pub'), 'utf8')).trim());
    expect(out).toContain(`http://127.0.0.1:${httpPort}/auth/callback`);
    expect(out).toContain(`sallyport://join?org=http%3A%2F%2F127.0.0.1%3A${httpPort}`);
    expect(out).toContain(`sallyport serve --config ${config()}`);
    expect(await readFile(inEtc('client-secret'), 'utf8')).toBe(`${CLIENT_SECRET}\n`);
    for (const path of [inEtc('client-secret'), inEtc('sealing.key'), inKeys('user-ca.sealed')])
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readdir(join(folder, 'etc'))).sort()).toEqual([
      'backend.yaml',
      'client-secret',
      'policy.yaml',
      'sealing.key',
    ]);
  });

  test('a second init names what is there and touches nothing', async () => {
    const before = await everything(folder);
    const { code, said, out } = await sallyport(initWords(), 'another secret');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    for (const path of [config(), inEtc('client-secret'), inEtc('policy.yaml'), join(folder, 'data/keys')])
      expect(said).toContain(path);
    expect(await everything(folder)).toEqual(before);
  });

  test('doctor finds nothing wrong, and changes nothing', async () => {
    const before = await everything(folder);
    const { code, findings } = await doctor();
    expect(wrong(findings)).toEqual([]);
    expect(code).toBe(0);
    expect(verdicts(findings, 'identity provider')).toEqual(['ok']);
    expect(verdicts(findings, 'keys')).toEqual(['ok']);
    expect(verdicts(findings, 'policy')).toContain('warning');
    expect(await everything(folder)).toEqual(before);
  });

  test('what init wrote starts at once, and doctor is content with what runs', async () => {
    const { port, hostKeyLine } = target;
    await writeFile(inEtc('policy.yaml'), policyFor(port, hostKeyLine));
    await serve();
    const org = await fetch(`http://127.0.0.1:${httpPort}/api/v1/org`);
    expect(await org.json()).toMatchObject({ name: 'Example: "Ltd" #1' });
    const { code, findings } = await doctor();
    expect(wrong(findings)).toEqual([]);
    expect(code).toBe(0);
    for (const check of [
      'policy',
      'keys',
      'database',
      'identity provider',
      'public address',
      'gateway address',
      'targets',
    ])
      expect([check, verdicts(findings, check)]).toEqual([check, ['ok']]);
    expect(findings.find(({ check }) => check === 'database')?.sentence).toMatch(/PostgreSQL 18 .* up to date/);
    expect(findings.find(({ check }) => check === 'public address')?.sentence).toContain('answers as Example');
  });

  test('its looks leave nothing in the audit log', async () => {
    const address = await embeddedAddress(join(folder, 'data'));
    if (!address) throw new Error('The database runs.');
    const client = new pg.Client(clientConfig(address));
    await client.connect();
    const rows = async () => (await client.query('select count(*) as n from audit')).rows;
    const before = await rows();
    await examine({ config: config(), targets: true });
    const org = await fetch(`http://127.0.0.1:${httpPort}/api/v1/org`);
    expect(org.status).toBe(200);
    expect(await rows()).toEqual(before);
    await client.end();
  });

  test.each<[string, string, RegExp, () => Promise<() => Promise<void>>]>([
    [
      'a target with another host key',
      'targets',
      /db-1 .* shows the host key SHA256:\S+ instead of SHA256:/,
      () => changed(inEtc('policy.yaml'), (text) => text.replace(target.hostKeyLine, keyLine())),
    ],
    [
      'a policy with an error',
      'policy',
      /policy\.yaml, line \d+, "roles\.0\.maxDuration"/,
      () => changed(inEtc('policy.yaml'), (text) => text.replace('maxDuration: 1h', 'maxDuration: long')),
    ],
    [
      'a client secret that is not the provider’s',
      'identity provider',
      /refuses the client "sallyport" or its secret/,
      () => changed(inEtc('client-secret'), () => 'another'),
    ],
    [
      'a client secret that everybody can read',
      'configuration',
      /Everybody .* run: chmod o= /,
      async () => {
        await chmod(inEtc('client-secret'), 0o644);
        return () => chmod(inEtc('client-secret'), 0o600);
      },
    ],
    [
      'a sealing key that does not open the keys',
      'keys',
      /None of the sealed keys in .* opens: what keys\.sealedWith names is not theirs/,
      () => changed(inEtc('sealing.key'), () => randomBytes(32).toString('base64')),
    ],
    [
      'a public key of somebody else',
      'keys',
      /user-ca\.pub .* is not of the sealed key/,
      () => changed(inKeys('user-ca.pub'), keyLine),
    ],
    [
      'another organisation’s name',
      'public address',
      /is the backend of "Example: "Ltd" #1", not of "Other"/,
      () => changed(config(), (text) => text.replace(/^org:.*$/m, 'org: { name: Other }')),
    ],
    [
      'a gateway address where somebody else answers',
      'gateway address',
      /somebody answers with the host key SHA256:/,
      () =>
        changed(config(), (text) =>
          text.replace(/advertised: .*$/m, `advertised: { host: 127.0.0.1, port: ${target.port} }`),
        ),
    ],
    [
      'a provider that is not there',
      'identity provider',
      /cannot be reached: nothing listens there/,
      async () => {
        const port = await freePort();
        return changed(config(), (text) => text.replace(provider.issuer, `http://127.0.0.1:${port}`));
      },
    ],
    [
      'a misspelt setting',
      'configuration',
      /backend\.yaml, line \d+, "http\.publicURL": there is no such setting/,
      () => changed(config(), (text) => text.replace('publicUrl', 'publicURL')),
    ],
  ])('%s is named, and nothing else is', async (_, check, sentence, breakIt) => {
    const mend = await breakIt();
    try {
      const findings = await examine({ config: config(), targets: true });
      expect(wrong(findings)).toEqual([{ check, verdict: 'wrong', sentence: expect.stringMatching(sentence) }]);
    } finally {
      await mend();
    }
  });

  test('something wrong is the exit status too, and stands out for people', async () => {
    const mend = await changed(inEtc('policy.yaml'), (text) => text.replace(target.hostKeyLine, keyLine()));
    const { code, out } = await sallyport(['doctor', '--config', config()]);
    expect(code).toBe(1);
    expect(out).toMatch(/^WRONG {2} +targets +db-1 /m);
    expect(out).toMatch(/, 1 wrong\.\n$/);
    expect(await sallyport(['doctor', '--config', config(), '--no-targets'])).toMatchObject({ code: 0 });
    await mend();
  });

  test('--force keeps the old configuration aside; the keys stay and open', async () => {
    await stop();
    const ca = await readFile(inKeys('user-ca.pub'), 'utf8');
    const policy = await readFile(inEtc('policy.yaml'), 'utf8');
    const { code } = await sallyport(initWords(['--force', '--client-secret-file', '-']), CLIENT_SECRET);
    expect(code).toBe(0);
    expect(await readFile(inKeys('user-ca.pub'), 'utf8')).toBe(ca);
    expect(await readFile(inEtc('policy.yaml'), 'utf8')).toBe(policy);
    const names = await readdir(join(folder, 'etc'));
    expect(names.filter((name) => name.endsWith('.bak')).map((name) => name.split('.')[0])).toEqual([
      'backend',
      'client-secret',
    ]);
    const { findings } = await doctor();
    expect(wrong(findings)).toEqual([]);
    expect(findings.find(({ check }) => check === 'ports')?.sentence).toMatch(/does not run; its ports are free/);
  });
});

test.runIf(process.getuid?.() === 0)(
  'run by root, doctor looks with the eyes of whoever owns the data folder',
  async () => {
    const own = await mkdtemp(join(tmpdir(), 'sallyport-init-'));
    try {
      // Debian's "nobody" walks to the configuration, and may not read it nor the secret beside it.
      await chmod(own, 0o755);
      const file = join(own, 'backend.yaml');
      const words = initWords(['--offline']).map((word) => (word === config() ? file : word.replace(folder, own)));
      expect(await sallyport(words, CLIENT_SECRET)).toMatchObject({ code: 0 });
      await chown(join(own, 'data'), 65_534, 65_534);
      const { out, code } = await sallyport(['doctor', '--config', file, '--json', '--no-targets']);
      const { findings } = JSON.parse(out) as { findings: Finding[] };
      expect(code).toBe(1);
      const sentences = findings.map(({ check, verdict, sentence }) => `${verdict} ${check}: ${sentence}`).join('\n');
      expect(sentences).toMatch(/^ok user: The backend runs as nobody/m);
      expect(sentences).toMatch(/^wrong configuration: The user nobody may not read the client secret file/m);
      expect(sentences).toMatch(/^wrong policy: The policy file .* cannot be read: EACCES/m);
      expect(sentences).toMatch(/^wrong keys: The backend's user may not look into the keys folder/m);
    } finally {
      await removeFolder(own);
    }
  },
);

/** Changes a file; resolves to what changes it back. */
async function changed(path: string, change: (text: string) => string): Promise<() => Promise<void>> {
  const before = await readFile(path, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  await writeFile(path, after);
  return () => writeFile(path, before);
}

function policyFor(port: number, hostKey: string): string {
  return `version: 1
duties: { auditors: [audit], admins: [platform] }
targets:
  - { name: db-1, address: 127.0.0.1, port: ${port}, labels: { env: test }, hostKeys: [${hostKey}] }
roles:
  - name: test
    requesters: { groups: [engineering] }
    targets: { labels: { env: test } }
    logins: [deploy]
    maxDuration: 1h
    approvals: [{ groups: [dba] }]
`;
}
