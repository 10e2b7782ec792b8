import { isIPv6 } from 'node:net';

/**
 * Whom an address counts as where something is limited for each. Of IPv6, the /64 that one line or one machine is given
 * as a whole (RFC 4291 section 2.5.1): whoever has one has more addresses than a limit could count.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  // In the one way to write it, without the zone that is this machine's own.
  const [plain = ''] = address.split('%', 1);
  const [before = '', after] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const [first, last] = [groupsOf(before), groupsOf(after ?? '')];
  const groups = [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
  // IPv4 on a socket for both: the address is in the second half.
  if (groups.slice(0, 6).join() === '0,0,0,0,0,ffff') return groups.join(':');
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
