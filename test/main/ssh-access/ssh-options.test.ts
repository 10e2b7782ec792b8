import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asArguments,
  asConfigLines,
  option,
  type SshAccess,
  sshOptions,
} from '../../../main/ssh-access/ssh-options.ts';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';

const hostKey = formatKeyLine(ed25519Blob(generateKeyPairSync('ed25519').publicKey));
const access: SshAccess = {
  forwarder: { host: '127.0.0.1', port: 4022 },
  endpoint: { kind: 'gateway', hostKeys: [hostKey] },
  username: 'deploy@db-1',
  hostKeyAlias: 'db-1',
  knownHosts: '/run/x/known_hosts',
  agent: '/run/x/agent',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-options-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the real ssh makes of options: name → values. */
function understood(args: readonly string[]): Map<string, string> {
  const text = execFileSync('ssh', ['-G', ...args, 'somewhere'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Map(text.split('\n').map((line) => [line.split(' ', 1)[0]!, line.slice(line.indexOf(' ') + 1)]));
}

function configured(text: string): string {
  const file = join(folder, 'config');
  writeFileSync(file, text);
  return file;
}

/** What a person may have in their own configuration, against us. */
const THEIRS = `Host *
  ControlMaster auto
  ProxyJump elsewhere
  ProxyCommand nc %h %p
  User root
  Port 22
  AddressFamily inet6
  IdentityAgent /tmp/their-agent
  IdentitiesOnly yes
  UserKnownHostsFile /tmp/their-hosts
  GlobalKnownHostsFile /tmp/all-hosts
  StrictHostKeyChecking no
  HostKeyAlgorithms ssh-rsa
  KnownHostsCommand /bin/false
  UpdateHostKeys yes
  VerifyHostKeyDNS yes
  ForwardAgent yes
  AddKeysToAgent yes
  PreferredAuthentications password
  CanonicalizeHostname always
`;

const EXPECTED: readonly [string, string][] = [
  ['hostname', '127.0.0.1'],
  ['port', '4022'],
  ['user', 'deploy@db-1'],
  ['addressfamily', 'inet'],
  ['hostkeyalias', 'db-1'],
  ['userknownhostsfile', '/run/x/known_hosts'],
  ['globalknownhostsfile', '/run/x/known_hosts'],
  ['stricthostkeychecking', 'true'],
  ['hostkeyalgorithms', 'ssh-ed25519'],
  ['updatehostkeys', 'false'],
  ['verifyhostkeydns', 'false'],
  ['identityagent', '/run/x/agent'],
  ['identitiesonly', 'no'],
  ['forwardagent', 'no'],
  ['addkeystoagent', 'false'],
  ['preferredauthentications', 'publickey'],
  ['canonicalizehostname', 'false'],
  ['batchmode', 'yes'],
];

describe('the real ssh understands', () => {
  it.each([
    ['arguments', () => ['-F', configured(THEIRS), ...asArguments(sshOptions(access))]],
    ['configuration lines', () => ['-F', configured(`Host *\n${asConfigLines(sshOptions(access), '  ')}\n${THEIRS}`)]],
  ])('%s, whatever the person has configured', (_how, args) => {
    const options = understood(args());
    for (const [name, value] of EXPECTED) expect([name, options.get(name)]).toEqual([name, value]);
    for (const name of ['proxycommand', 'proxyjump', 'knownhostscommand']) {
      expect([name, options.get(name) ?? 'none']).toEqual([name, 'none']);
    }
  });

  it.each([
    ['a space', '/run/a b/x'],
    ['a quote', "/run/it's/x"],
    ['a hash', '/run/#1/x'],
    ['a dollar', '/run/$HOME/x'],
    ['letters of other languages', '/run/Zoë-日本/x'],
    ['an equals sign', '/run/a=b/x'],
    ['a tilde', '/run/~root/x'],
  ])('a path with %s as that path', (_what, path) => {
    const options = sshOptions({ ...access, knownHosts: path, agent: path });
    for (const args of [asArguments(options), ['-F', configured(asConfigLines(options))]]) {
      expect(understood(args).get('identityagent')).toBe(path);
      expect(understood(args).get('userknownhostsfile')).toBe(path);
    }
  });

  it('a path with a token of its own as that path', () => {
    const options = sshOptions({ ...access, agent: '/run/100%h/x' });
    expect(understood(asArguments(options)).get('identityagent')).toMatch(/^\/run\/100%%?h\/x$/);
  });
});

describe('refused is', () => {
  it.each([
    ['a line end in a path', { knownHosts: '/run/a\nProxyCommand evil' }],
    ['a double quote in a path', { agent: '/run/a"b' }],
    ['a backslash in a path', { agent: '/run/a\\b' }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what ssh would expand.
    ['a variable in a path', { agent: '/run/${HOME}/agent' }],
    ['a line end in a user name', { username: 'deploy\n  ProxyCommand evil' }],
    ['a quote in a user name', { username: 'deploy" "x' }],
    ['a line end in an alias', { hostKeyAlias: 'db-1\nUser root' }],
    ['an empty user name', { username: '' }],
    ['a host key that is none', { endpoint: { kind: 'gateway', hostKeys: ['nonsense'] } }],
  ] as const)('%s', (_what, change) => {
    expect(() => asConfigLines(sshOptions({ ...access, ...change } as SshAccess))).toThrow();
    expect(() => asArguments(sshOptions({ ...access, ...change } as SshAccess))).toThrow();
  });

  it('a control character in any other value', () => {
    expect(() => asArguments([option('SendEnv', 'LANG\u0000')])).toThrow('ssh cannot use');
  });
});
