import { framed } from '../../protocol/ssh/agent-frames.ts';
import { plainHostKey, verifyHostSignature } from '../../protocol/ssh/agent-host-key.ts';
import {
  type AgentRequest,
  agentFailure,
  agentSuccess,
  identitiesAnswer,
  parseAgentRequest,
  type SessionBind,
  signResponse,
} from '../../protocol/ssh/agent-messages.ts';
import { parseUserauthToSign, type UserauthToSign } from '../../protocol/ssh/agent-userauth.ts';
import { parseCertificate } from '../../protocol/ssh/certificate.ts';
import { ED25519_CERTIFICATE } from '../../protocol/ssh/names.ts';
import { parseKeyLine } from '../../protocol/ssh/public-key.ts';
import { SshFormatError } from '../../protocol/ssh/reader.ts';
import type { Credential } from '../grants/certificates.ts';
import type { AgentOptions } from './agent.ts';

/** A program that was refused this often on one connection is hung up on. */
const MOST_REFUSALS = 20;
const OVER = 'the access is over';

/** Why something is not signed or listed; said in the log alone, the protocol has no words for it. */
class Refused extends Error {}

/** What one program has said on its connection to the agent, and the answers it gets. */
export class AgentConversation {
  readonly #options: Omit<AgentOptions, 'folder'>;
  #bind: SessionBind | undefined;
  /** Why nothing is listed or signed on this connection any more. */
  #spoilt: string | undefined;
  /** What was listed here; it may have been renewed since. */
  #listed: Buffer | undefined;
  #refusals = 0;

  constructor(options: Omit<AgentOptions, 'folder'>) {
    this.#options = options;
  }

  /** Whether to hang up after the last answer. */
  get over(): boolean {
    return this.#refusals >= MOST_REFUSALS;
  }

  /** The answer to one message, as it goes on the wire. Never throws. */
  async answer(message: Buffer): Promise<Buffer> {
    try {
      return framed(await this.#act(parseAgentRequest(message)));
    } catch (error) {
      this.refused(error instanceof Refused || error instanceof SshFormatError ? error.message : error);
      return framed(agentFailure);
    }
  }

  /** @param why a sentence, or what was thrown */
  refused(why: unknown): void {
    const { log, title, grantId } = this.#options;
    this.#refusals += 1;
    if (typeof why === 'string') log.info(`ssh agent of ${title} refused: ${why}`, { grantId });
    else log.warn(`ssh agent of ${title} (${grantId}) refused`, why);
  }

  #act(request: AgentRequest): Promise<Buffer> | Buffer {
    switch (request.kind) {
      case 'identities':
        return this.#identities();
      case 'session-bind':
        return this.#bound(request.bind);
      case 'sign':
        return this.#sign(request);
      case 'change':
        throw new Refused('nothing can be added to this agent, taken from it or locked');
      case 'unknown':
        throw new Refused(`${request.what} is not known here`);
      default:
        return request satisfies never;
    }
  }

  async #identities(): Promise<Buffer> {
    if (this.#spoilt !== undefined) throw new Refused(this.#spoilt);
    if (!this.#options.mayUse()) return identitiesAnswer([]);
    const { certificate } = await this.#credential();
    this.#listed = certificate;
    return identitiesAnswer([{ blob: certificate, comment: this.#options.title }]);
  }

  /** Whose key is asked for is decided when something is to be signed; here only whether the word can be believed. */
  #bound(bind: SessionBind): Buffer {
    if (bind.forwarding) this.#spoil('it is used by forwarding, on another computer');
    if (this.#bind) this.#spoil('one connection to the agent is good for one login');
    if (this.#spoilt !== undefined) throw new Refused(this.#spoilt);
    if (
      bind.sessionId.length === 0 ||
      !verifyHostSignature(plainHostKey(bind.hostKey), bind.sessionId, bind.signature)
    ) {
      this.#spoil('the host key has not signed the session');
      throw new Refused('the host key has not signed the session');
    }
    this.#bind = bind;
    return agentSuccess;
  }

  /** For good: a peer that once said so could otherwise say something else next. */
  #spoil(why: string): void {
    this.#spoilt ??= why;
    this.#bind = undefined;
  }

  async #sign({ key, data, flagsKnown }: Extract<AgentRequest, { kind: 'sign' }>): Promise<Buffer> {
    if (!this.#options.mayUse()) throw new Refused(OVER);
    if (this.#spoilt !== undefined) throw new Refused(this.#spoilt);
    if (!flagsKnown) throw new Refused('unknown flags');
    const login = this.#login(data);
    const bind = this.#bind;
    if (!bind) {
      this.#options.onTooOld?.();
      throw new Refused('the program does not say which host it logs in to (OpenSSH does since 8.9; use a newer ssh)');
    }
    const credential = await this.#credential();
    checkLogin(login, key, bind, credential);
    if (!this.#isOurs(login.key, credential)) throw new Refused('it asks for a key that is not here');
    // The last look at the clocks is in main/keys.
    const signature = signResponse(credential.sign(data));
    const { log, title, grantId } = this.#options;
    log.info(`ssh agent of ${title} signed a login as ${login.user}`, { grantId });
    this.#options.onSigned?.();
    return signature;
  }

  #login(data: Buffer): UserauthToSign {
    try {
      return parseUserauthToSign(data);
    } catch (error) {
      if (!(error instanceof SshFormatError)) throw error;
      throw new Refused(`only logins are signed (${error.message})`);
    }
  }

  /** The certificate of now, or the one that was listed here and has been renewed since, for the same key. */
  #isOurs(asked: Buffer, { certificate }: Credential): boolean {
    if (asked.equals(certificate)) return true;
    return (
      this.#listed?.equals(asked) === true &&
      parseCertificate(asked).publicKey.equals(parseCertificate(certificate).publicKey)
    );
  }

  async #credential(): Promise<Credential> {
    const credential = await this.#options.credential();
    if (!this.#options.mayUse()) throw new Refused(OVER);
    return credential;
  }
}

/** Whether this is the one login that the grant is for, at the host that was bound. @throws Refused */
function checkLogin(login: UserauthToSign, key: Buffer, bind: SessionBind, { username, endpoint }: Credential): void {
  if (login.user !== username) throw new Refused(`another login: ${quoted(login.user)}`);
  if (login.service !== 'ssh-connection') throw new Refused(`another service: ${quoted(login.service)}`);
  if (login.algorithm !== ED25519_CERTIFICATE) throw new Refused(`another algorithm: ${quoted(login.algorithm)}`);
  if (!login.key.equals(key)) throw new Refused('the login is for another key than the one asked for');
  if (!login.sessionId.equals(bind.sessionId)) throw new Refused('the login is for another session than the one bound');
  if (login.hostKey && !login.hostKey.equals(bind.hostKey)) throw new Refused('the login is for another host');
  const shown = plainHostKey(bind.hostKey);
  if (!endpoint.hostKeys.some((line) => parseKeyLine(line).blob.equals(shown))) {
    throw new Refused(`another host key than those of ${endpoint.host}:${endpoint.port}`);
  }
}

/** A word of the other program, which may be anything. */
function quoted(word: string): string {
  return JSON.stringify(word.slice(0, 100));
}
