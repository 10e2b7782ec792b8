import { SshReader } from './reader.ts';
import { ed25519SignatureBlob } from './signature.ts';
import { SshWriter } from './writer.ts';

/** Message numbers (draft-ietf-sshm-ssh-agent, "Protocol numbers"). */
export const AGENT_MESSAGE = {
  failure: 5,
  success: 6,
  requestIdentities: 11,
  identitiesAnswer: 12,
  signRequest: 13,
  signResponse: 14,
  addIdentity: 17,
  removeIdentity: 18,
  removeAllIdentities: 19,
  addSmartcardKey: 20,
  removeSmartcardKey: 21,
  lock: 22,
  unlock: 23,
  addIdentityConstrained: 25,
  addSmartcardKeyConstrained: 26,
  extension: 27,
} as const;

export const SESSION_BIND = 'session-bind@openssh.com';

/** Flags that ask for another hash of an RSA key; clients may set them for any key. */
const RSA_FLAGS = 2 | 4;

/** To which SSH connection a program says it will put what it has signed. */
export interface SessionBind {
  readonly hostKey: Buffer;
  readonly sessionId: Buffer;
  /** By the host key over the session id. */
  readonly signature: Buffer;
  /** The agent's other end is on the far side of that connection. */
  readonly forwarding: boolean;
}

export type AgentRequest =
  | { readonly kind: 'identities' }
  | { readonly kind: 'sign'; readonly key: Buffer; readonly data: Buffer; readonly flagsKnown: boolean }
  | { readonly kind: 'session-bind'; readonly bind: SessionBind }
  /** Wants to change what the agent holds. */
  | { readonly kind: 'change' }
  | { readonly kind: 'unknown'; readonly what: string };

/**
 * One request, without its length. Throws SshFormatError when its contents are not what its number says.
 *   byte    SSH_AGENTC_REQUEST_IDENTITIES
 *
 *   byte    SSH_AGENTC_SIGN_REQUEST
 *   string  key blob
 *   string  data
 *   uint32  flags
 *
 *   byte    SSH_AGENTC_EXTENSION               (OpenSSH PROTOCOL.agent, section 1)
 *   string  "session-bind@openssh.com"
 *   string  host key
 *   string  session identifier
 *   string  signature
 *   bool    is_forwarding
 */
export function parseAgentRequest(message: Buffer): AgentRequest {
  const reader = new SshReader(message);
  const number = reader.byte();
  switch (number) {
    case AGENT_MESSAGE.requestIdentities:
      reader.end();
      return { kind: 'identities' };
    case AGENT_MESSAGE.signRequest: {
      const [key, data, flags] = [reader.string(), reader.string(), reader.uint32()];
      reader.end();
      return { kind: 'sign', key, data, flagsKnown: (flags & ~RSA_FLAGS) === 0 };
    }
    case AGENT_MESSAGE.extension: {
      const name = reader.text();
      if (name !== SESSION_BIND) return { kind: 'unknown', what: `extension ${name.slice(0, 60)}` };
      const bind = {
        hostKey: reader.string(),
        sessionId: reader.string(),
        signature: reader.string(),
        forwarding: reader.boolean(),
      };
      reader.end();
      return { kind: 'session-bind', bind };
    }
    case AGENT_MESSAGE.addIdentity:
    case AGENT_MESSAGE.removeIdentity:
    case AGENT_MESSAGE.removeAllIdentities:
    case AGENT_MESSAGE.addSmartcardKey:
    case AGENT_MESSAGE.removeSmartcardKey:
    case AGENT_MESSAGE.lock:
    case AGENT_MESSAGE.unlock:
    case AGENT_MESSAGE.addIdentityConstrained:
    case AGENT_MESSAGE.addSmartcardKeyConstrained:
      return { kind: 'change' };
    default:
      return { kind: 'unknown', what: `message ${number}` };
  }
}

export const agentFailure: Buffer = Buffer.from([AGENT_MESSAGE.failure]);
export const agentSuccess: Buffer = Buffer.from([AGENT_MESSAGE.success]);

export interface AgentIdentity {
  readonly blob: Buffer;
  readonly comment: string;
}

/**
 *   byte    SSH_AGENT_IDENTITIES_ANSWER
 *   uint32  nkeys
 *   then for each: string key blob, string comment
 */
export function identitiesAnswer(identities: readonly AgentIdentity[]): Buffer {
  const writer = new SshWriter().byte(AGENT_MESSAGE.identitiesAnswer).uint32(identities.length);
  for (const { blob, comment } of identities) writer.string(blob).string(comment);
  return writer.bytes();
}

/**
 *   byte    SSH_AGENT_SIGN_RESPONSE
 *   string  signature
 * @param raw 64 bytes by an Ed25519 key
 */
export function signResponse(raw: Buffer): Buffer {
  return new SshWriter().byte(AGENT_MESSAGE.signResponse).string(ed25519SignatureBlob(raw)).bytes();
}
