import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { isSafeOrigin } from '../../config.ts';
import { ask } from '../../doctor/ask.ts';
import { discoveryUrl, isSafe, isSame, metadataSchema } from '../../doctor/identity-provider-probe.ts';
import { tryPort } from '../../doctor/ports.ts';
import { DEFAULT_CONFIG } from '../commands.ts';

/** What is asked, by the name of the option that answers it. */
export type QuestionName =
  | 'org-name'
  | 'public-url'
  | 'http-host'
  | 'http-port'
  | 'trust-proxy'
  | 'gateway-host'
  | 'gateway-port'
  | 'issuer'
  | 'client-id'
  | 'groups-claim'
  | 'database'
  | 'data'
  | 'config';

export type Said = Partial<Record<QuestionName, string>>;

export interface Question {
  readonly name: QuestionName;
  readonly words: string;
  /** What is taken when nothing is said; undefined: something must be. */
  readonly otherwise: (said: Said) => string | undefined;
  /** The answer as it is kept. @throws AppError 'invalid-input' with what it must be */
  readonly read: (text: string) => string;
  /** Looks whether the world agrees: what is wrong, as a sentence. Somebody who knows better may go on. */
  readonly look?: (answer: string, said: Said) => Promise<string | undefined>;
}

function refuse(sentence: string): never {
  throw new AppError('invalid-input', sentence);
}

/** One line that can be shown. @param what begins the sentence of a refusal */
const line = (what: string) => (text: string) =>
  /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u.test(text) ? text : refuse(`${what} must be one line of at most 200 characters.`);

const port = (text: string): string =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
    ? String(Number(text))
    : refuse('A port is a number from 1 to 65535.');

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const host = (text: string): string =>
  isIP(text) !== 0 || hostName.test(text)
    ? text
    : refuse('Write the name or number of a host, without https:// and port.');
const listening = (text: string): string =>
  isIP(text) !== 0 || text === 'localhost'
    ? text
    : refuse('Write an address of this computer, such as 127.0.0.1 or 0.0.0.0.');

function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) refuse('Write an address such as https://sallyport.example.com.');
  if (url.pathname !== '/' || url.search + url.hash + url.username + url.password !== '')
    refuse('The address ends after the host and port: no path, no name, no question mark.');
  if (!isSafeOrigin(url.origin))
    refuse('The address must begin with https://; only on this computer itself may it be http://.');
  return url.origin;
}

function issuer(text: string): string {
  if (!isSafe(text)) refuse('The issuer must begin with https://; only on this computer itself may it be http://.');
  const url = new URL(text);
  if (url.search + url.hash + url.username + url.password !== '')
    refuse('An issuer has no question mark, no # and no name.');
  return text;
}

/** Comma-separated addresses or networks; "none" is none. */
function proxies(text: string): string {
  const list = text === 'none' ? [] : text.split(',').map((each) => each.trim());
  for (const each of list) {
    const [address = '', bits, ...more] = each.split('/');
    const size = isIP(address) === 6 ? 128 : 32;
    const good = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= size);
    if (isIP(address) === 0 || !good || more.length > 0)
      refuse('Write the addresses or networks of the proxies, with commas between them, or "none".');
  }
  return list.join(',');
}

const free = async (what: string, address: string, number: string): Promise<string | undefined> => {
  const refused = await tryPort(address, Number(number));
  if (refused === undefined) return undefined;
  if (refused === 'EADDRINUSE') return `The ${what} port ${number} is taken by another program.`;
  // The service may have the right that whoever runs this has not.
  if (refused === 'EACCES') return undefined;
  return `The backend cannot listen on ${address}: that is no address of this computer (${refused}).`;
};

async function lookAtIssuer(answer: string): Promise<string | undefined> {
  const said = await ask(discoveryUrl(answer));
  if ('why' in said) return `${answer} cannot be reached: ${said.why}.`;
  const metadata = metadataSchema.safeParse(said.json).data;
  if (said.status !== 200 || !metadata)
    return `${discoveryUrl(answer)} is no OpenID configuration (HTTP ${said.status}).`;
  if (!isSame(metadata.issuer, answer)) return `The provider there calls itself ${metadata.issuer}; write it so.`;
  return undefined;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** In the order in which they are asked. */
export const QUESTIONS: readonly Question[] = [
  { name: 'org-name', words: 'Name of the organisation', otherwise: () => undefined, read: line('The name') },
  {
    name: 'public-url',
    words: 'Address at which people and their browsers reach it (https://…)',
    otherwise: () => undefined,
    read: publicUrl,
  },
  {
    name: 'http-host',
    words: 'Address of this computer to listen on for HTTP',
    otherwise: () => '127.0.0.1',
    read: listening,
  },
  {
    name: 'http-port',
    words: 'Port to listen on for HTTP',
    otherwise: (said) => (said['public-url']?.startsWith('http:') ? new URL(said['public-url']).port || '80' : '8022'),
    read: port,
    look: (answer, said) => free('HTTP', said['http-host'] ?? '127.0.0.1', answer),
  },
  {
    name: 'trust-proxy',
    words: 'Addresses of the TLS proxies in front of it, or none',
    otherwise: (said) =>
      said['public-url']?.startsWith('https:') && LOOPBACK.has(said['http-host'] ?? '') ? '127.0.0.1' : 'none',
    read: proxies,
  },
  {
    name: 'gateway-host',
    words: 'Name or number of the gateway, as apps reach it',
    otherwise: (said) =>
      said['public-url'] ? new URL(said['public-url']).hostname.replace(/^\[|\]$/g, '') : undefined,
    read: host,
  },
  {
    name: 'gateway-port',
    words: 'Port of the gateway',
    otherwise: () => '2222',
    read: port,
    look: async (answer, said) =>
      answer === said['http-port'] ? 'The gateway and HTTP cannot share a port.' : free('gateway', '0.0.0.0', answer),
  },
  {
    name: 'issuer',
    words: 'Issuer of the OpenID provider (https://…)',
    otherwise: () => undefined,
    read: issuer,
    look: lookAtIssuer,
  },
  { name: 'client-id', words: 'Client id there', otherwise: () => 'sallyport', read: line('The client id') },
  {
    name: 'groups-claim',
    words: 'Claim that holds a person’s groups',
    otherwise: () => 'groups',
    read: line('The claim'),
  },
  {
    name: 'database',
    words: 'Database: embedded, or url for a PostgreSQL of your own',
    otherwise: () => 'embedded',
    read: (text) => (text === 'embedded' || text === 'url' ? text : refuse('Write "embedded" or "url".')),
  },
  {
    name: 'data',
    words: 'Data folder',
    otherwise: () => '/var/lib/sallyport',
    read: (text) => resolve(line('The folder')(text)),
  },
  {
    name: 'config',
    words: 'Configuration file',
    otherwise: () => DEFAULT_CONFIG,
    read: (text) => resolve(line('The file')(text)),
  },
];

/** @throws AppError 'invalid-input' */
export function readDatabaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname + url.search === '')
    refuse('Write an address such as postgres://sallyport:PASSWORD@db.example.com/sallyport.');
  return text;
}
