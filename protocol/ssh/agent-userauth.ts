import { MESSAGE } from './names.ts';
import { SshFormatError, SshReader } from './reader.ts';

/** What a login's signature is over. */
export interface UserauthToSign {
  readonly sessionId: Buffer;
  readonly user: string;
  readonly service: string;
  readonly algorithm: string;
  readonly key: Buffer;
  /** What the server showed, when the method ties the signature to it. */
  readonly hostKey: Buffer | undefined;
}

const HOSTBOUND = 'publickey-hostbound-v00@openssh.com';

/**
 * Reads the data of a request to sign as a login, RFC 4252 section 7, and OpenSSH PROTOCOL section 3.1:
 *   string   session identifier
 *   byte     SSH_MSG_USERAUTH_REQUEST
 *   string   user name
 *   string   service name
 *   string   "publickey" or "publickey-hostbound-v00@openssh.com"
 *   boolean  TRUE
 *   string   public key algorithm
 *   string   public key
 *   string   server host key (hostbound only)
 * Throws SshFormatError for anything else: a signature over it would be good for something else.
 */
export function parseUserauthToSign(data: Buffer): UserauthToSign {
  const reader = new SshReader(data);
  const sessionId = reader.string();
  if (reader.byte() !== MESSAGE.userauthRequest) throw new SshFormatError('this is not a login');
  const user = reader.text();
  const service = reader.text();
  const method = reader.text();
  if (method !== 'publickey' && method !== HOSTBOUND) throw new SshFormatError('this is not a login by a key');
  if (reader.byte() !== 1) throw new SshFormatError('this login carries no signature');
  const algorithm = reader.text();
  const key = reader.string();
  const hostKey = method === HOSTBOUND ? reader.string() : undefined;
  reader.end();
  return { sessionId, user, service, algorithm, key, hostKey };
}
