/** What kept an answer from coming, told apart as far as the person can do something else about it. */
export type Trouble =
  | 'no-such-name'
  | 'nothing-listens'
  | 'untrusted'
  | 'not-https'
  | 'leads-elsewhere'
  | 'unreachable';

/** By Chromium's name of the error (net/base/net_error_list.h), as Electron's net.fetch throws it: "net::ERR_…". */
const BY_NAME: readonly [RegExp, Trouble][] = [
  [/^ERR_NAME_NOT_RESOLVED$/, 'no-such-name'],
  [/^ERR_CONNECTION_REFUSED$/, 'nothing-listens'],
  [/^ERR_CERT_/, 'untrusted'],
  [/^ERR_SSL_/, 'not-https'],
];

/** Looks at what a fetch failed with. Pure. */
export function troubleOf(error: unknown): Trouble {
  const message = error instanceof Error ? error.message : '';
  // Its own words: a redirect that was not asked for has no number.
  if (/redirect/i.test(message)) return 'leads-elsewhere';
  const name = /\bnet::(ERR_[A-Z0-9_]+)/.exec(message)?.[1] ?? '';
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? 'unreachable';
}

/** What is the matter, and what to do. @param host with its port */
export function troubleInWords(trouble: Trouble, host: string): string {
  switch (trouble) {
    case 'no-such-name':
      return `${host} is not known to this network. Check the spelling, and that the VPN is on.`;
    case 'nothing-listens':
      return `Nothing answers at ${host}. Check the address, its port too, and the VPN.`;
    case 'untrusted':
      return `${host} does not prove that it is what it says: this computer does not trust its certificate. Nothing was sent. If the address is right, tell your IT.`;
    case 'not-https':
      return `${host} does not speak https as a Sallyport does. Check the address, its port too.`;
    case 'leads-elsewhere':
      return `${host} leads on to another page, as a Sallyport never does. On a hotel’s or a train’s network, sign in to that first.`;
    case 'unreachable':
      return `${host} cannot be reached. Check the network or VPN.`;
    default:
      return trouble satisfies never;
  }
}
