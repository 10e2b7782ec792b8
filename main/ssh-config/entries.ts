import { gatewayPrincipal, type Target } from '../../protocol/model/target.ts';
import { ED25519, ED25519_CERTIFICATE } from '../../protocol/ssh/names.ts';
import { asConfigLines, option, sshOptions } from '../ssh-access/ssh-options.ts';

/** What stands in the configuration for one live grant. */
export interface Entry {
  /** Host names, the shortest first. */
  readonly names: readonly string[];
  /** User name to give at the other end. */
  readonly username: string;
  readonly port: number;
  /** Name under which `knownHosts` knows the other end. */
  readonly alias: string;
  readonly knownHosts: string;
  readonly agent: string;
}

/**
 * An option that an old ssh does not know would end it for every host of the person's, and an IgnoreUnknown of ours would
 * silence theirs. A host that their KnownHostsCommand lets pass gets no signature from the agent all the same.
 */
const LEFT_OUT: ReadonlySet<string> = new Set(['IgnoreUnknown', 'KnownHostsCommand']);
/** What the person allows for all hosts may leave these out. "+" keeps the order by what known_hosts holds. */
const ALLOWED = [
  option('HostKeyAlgorithms', `+${ED25519}`),
  option('PubkeyAuthentication', 'yes'),
  // Its name before 8.5, which newer ones still read.
  option('PubkeyAcceptedKeyTypes', `+${ED25519_CERTIFICATE}`),
];

const HEAD = `# Written by Sallyport: the access that is live now. Changes made here are lost.
`;
const NONE = `# Nothing is live.
`;

/**
 * The file that the person's configuration includes. What it doesn't say is theirs to say: ControlMaster, forwardings,
 * terminal. @throws AppError for a path that ssh_config can't hold
 */
export function entriesText(entries: readonly Entry[]): string {
  return HEAD + (entries.length === 0 ? NONE : entries.map(entryText).join(''));
}

function entryText({ names, username, port, alias, knownHosts, agent }: Entry): string {
  const forwarder = { host: '127.0.0.1', port };
  const all = sshOptions({ forwarder, username, hostKeyAlias: alias, knownHosts, agent });
  const options = [...all.filter(({ name }) => !LEFT_OUT.has(name)), ...ALLOWED];
  return `\nHost ${names.join(' ')}\n${asConfigLines(options, '  ')}`;
}

/** User name to give at the other end; the same that the certificate comes with. */
export function usernameFor(login: string, target: Pick<Target, 'name' | 'via'>): string {
  return target.via === 'direct' ? login : gatewayPrincipal(login, target.name);
}
