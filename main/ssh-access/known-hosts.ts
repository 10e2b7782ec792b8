import { AppError } from '../../protocol/errors.ts';
import { formatKeyLine, parseKeyLine } from '../../protocol/ssh/public-key.ts';

/** A name that known_hosts can hold without meaning a pattern, a hash or a marker (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
const ALIAS = /^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/;

/**
 * The text of a known_hosts file that knows one host by an alias (HostKeyAlias), with its pinned keys and no others.
 * @param hostKeys public key lines. @throws AppError when one of them is no key, or there is none
 */
export function knownHostsText(alias: string, hostKeys: readonly string[]): string {
  if (!ALIAS.test(alias)) throw new AppError('internal', 'This target has a name that ssh cannot use.');
  if (hostKeys.length === 0) throw new AppError('unavailable', 'The backend named no host key to expect.');
  try {
    return hostKeys.map((line) => `${alias} ${formatKeyLine(parseKeyLine(line).blob)}\n`).join('');
  } catch (cause) {
    throw new AppError('unavailable', 'The backend named a host key that cannot be read.', { cause });
  }
}
