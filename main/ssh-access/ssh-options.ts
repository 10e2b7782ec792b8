import type { Endpoint } from '../../protocol/api/routes.ts';
import { AppError } from '../../protocol/errors.ts';
import { pinHostKeys } from '../terminal/host-keys.ts';

/** One option of ssh_config(5). Its words are separate where the option takes several. */
export interface SshOption {
  readonly name: string;
  readonly words: readonly string[];
}

export interface SshAccess {
  /** Where the app forwards from. */
  forwarder: { host: string; port: number };
  /** Left out where it is not known before the first connection; ssh then prefers the kinds of keys in known_hosts. */
  endpoint?: Pick<Endpoint, 'kind' | 'hostKeys'>;
  /** User name to give there. */
  username: string;
  /** What the host is called in our known_hosts. */
  hostKeyAlias: string;
  /** Path of our known_hosts. */
  knownHosts: string;
  /** Path of our agent's socket or pipe. */
  agent: string;
}

/** What an OpenSSH client needs to get through the app: and, as the first value wins, nothing else of the person's. */
export function sshOptions(access: SshAccess): SshOption[] {
  const { forwarder, endpoint, username, hostKeyAlias, knownHosts, agent } = access;
  const files = path(knownHosts);
  return [
    // Older clients, Windows' among them, do not have it.
    option('IgnoreUnknown', 'KnownHostsCommand'),
    option('HostName', forwarder.host),
    option('Port', String(forwarder.port)),
    option('AddressFamily', 'inet'),
    option('User', username),
    option('ProxyCommand', 'none'),
    option('CanonicalizeHostname', 'no'),
    // The pinned keys, and no others: no question is asked, nothing is learnt.
    option('HostKeyAlias', hostKeyAlias),
    option('UserKnownHostsFile', files),
    option('GlobalKnownHostsFile', files),
    option('StrictHostKeyChecking', 'yes'),
    option('KnownHostsCommand', 'none'),
    ...(endpoint ? [option('HostKeyAlgorithms', hostKeyAlgorithms(endpoint))] : []),
    option('CheckHostIP', 'no'),
    option('UpdateHostKeys', 'no'),
    option('VerifyHostKeyDNS', 'no'),
    // The grant's key, which only our agent can use, and no other.
    option('IdentityAgent', path(agent)),
    option('IdentityFile', 'none'),
    option('IdentitiesOnly', 'no'),
    option('PreferredAuthentications', 'publickey'),
    option('BatchMode', 'yes'),
    option('ForwardAgent', 'no'),
    option('AddKeysToAgent', 'no'),
    // A gateway that says nothing to three questions is gone.
    option('ServerAliveInterval', '15'),
    option('ServerAliveCountMax', '3'),
  ];
}

/** Lines of ssh_config. @param indent before each */
export function asConfigLines(options: readonly SshOption[], indent = ''): string {
  return options.map(({ name, words }) => `${indent}${name} ${words.map(quoted).join(' ')}\n`).join('');
}

/** Arguments of ssh, scp and sftp: `-o`, `Name=value`, … */
export function asArguments(options: readonly SshOption[]): string[] {
  return options.flatMap(({ name, words }) => ['-o', `${name}=${words.map(quoted).join(' ')}`]);
}

export function option(name: string, ...words: readonly string[]): SshOption {
  return { name, words };
}

function hostKeyAlgorithms({ kind, hostKeys }: Pick<Endpoint, 'kind' | 'hostKeys'>): string {
  return pinHostKeys(hostKeys, kind === 'direct' ? 'target' : 'gateway').algorithms.join(',');
}

/**
 * A path as a value: `%` begins a token (ssh_config(5), TOKENS) and `${` a variable; a backslash, which escapes in newer
 * clients and not in older ones, is not needed by Windows. @throws AppError for a path that can't be said
 */
function path(value: string): string {
  const portable = process.platform === 'win32' ? value.replaceAll('\\', '/') : value;
  if (portable.includes('${')) throw unusable();
  return portable.replaceAll('%', '%%');
}

/** @throws AppError for what would end the value, or the line */
function quoted(word: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get in.
  if (word === '' || /["\\\u0000-\u001f\u007f]/.test(word)) throw unusable();
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `"${word}"`;
}

function unusable(): AppError {
  return new AppError('internal', 'The folder for temporary files has a name that ssh cannot use. Tell IT.');
}
