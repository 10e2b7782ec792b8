import { randomBytes, randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { framed, LONGEST_AGENT_MESSAGE, readFrames } from '../../../protocol/ssh/agent-frames.ts';
import { plainHostKey, verifyHostSignature } from '../../../protocol/ssh/agent-host-key.ts';
import { parseAgentRequest } from '../../../protocol/ssh/agent-messages.ts';
import { parseUserauthToSign } from '../../../protocol/ssh/agent-userauth.ts';
import { SshFormatError } from '../../../protocol/ssh/reader.ts';
import {
  bindMessage,
  certifiedHost,
  ecdsaHost,
  ed25519Host,
  loginData,
  rsaHost,
  signMessage,
} from '../../main/ssh-agent/small-ssh.ts';

const sessionId = randomBytes(32);
const key = randomBytes(60);
const login = loginData({ sessionId, key, hostKey: randomBytes(51) });

/** The same bytes with one bit turned. */
function* turned(bytes: Buffer): Generator<Buffer> {
  for (let i = 0; i < bytes.length; i++) {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(i) ^ (1 << randomInt(8)), i);
    yield copy;
  }
}

/** What a parser says, or that it is malformed; any other error fails the test. */
function said<T>(parse: () => T): T | 'malformed' {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SshFormatError) return 'malformed';
    throw error;
  }
}

describe('a login that is to be signed', () => {
  it('never reads the same when a bit of it is another', () => {
    const read = JSON.stringify(parseUserauthToSign(login));
    for (const other of turned(login)) {
      expect(JSON.stringify(said(() => parseUserauthToSign(other)))).not.toBe(read);
    }
  });

  it('is malformed when it is cut anywhere, or has more behind it', () => {
    for (let end = 0; end < login.length; end++) {
      expect(said(() => parseUserauthToSign(login.subarray(0, end)))).toBe('malformed');
    }
    expect(said(() => parseUserauthToSign(Buffer.concat([login, Buffer.from([0])])))).toBe('malformed');
  });
});

describe('a request', () => {
  it.each([
    ['to sign', signMessage(key, login)],
    ['to bind', bindMessage(ed25519Host(), sessionId)],
  ])('%s is malformed when it is cut anywhere', (_what, message) => {
    for (let end = 1; end < message.length; end++) {
      const request = said(() => parseAgentRequest(message.subarray(0, end)));
      expect(['malformed', 'unknown']).toContain(request === 'malformed' ? request : request.kind);
    }
  });

  it('of random bytes is answered or malformed, and nothing else', () => {
    for (let i = 0; i < 2_000; i++) {
      const bytes = randomBytes(randomInt(1, 200));
      bytes.writeUInt8([11, 13, 27, randomInt(256)][i % 4]!, 0);
      said(() => parseAgentRequest(bytes));
      said(() => parseUserauthToSign(bytes));
    }
  });
});

describe('a host key’s signature', () => {
  it.each([
    ['Ed25519', ed25519Host()],
    ['RSA', rsaHost()],
    ['ECDSA', ecdsaHost()],
    ['ECDSA of 521 bits', ecdsaHost('nistp521')],
  ])('by %s holds for its own bytes and no others', (_kind, host) => {
    const signature = host.sign(sessionId);
    expect(verifyHostSignature(host.blob, sessionId, signature)).toBe(true);
    for (const other of [...turned(signature)].slice(-60)) {
      expect(said(() => verifyHostSignature(host.blob, sessionId, other))).not.toBe(true);
    }
    for (const other of turned(sessionId)) expect(verifyHostSignature(host.blob, other, signature)).toBe(false);
  });

  it('by another kind of key than it says is none', () => {
    const [rsa, ecdsa] = [rsaHost(), ecdsaHost()];
    expect(verifyHostSignature(rsa.blob, sessionId, ecdsa.sign(sessionId))).toBe(false);
    expect(said(() => verifyHostSignature(ecdsa.blob, sessionId, rsa.sign(sessionId)))).toBe(false);
    expect(said(() => verifyHostSignature(ed25519Host().blob, sessionId, rsa.sign(sessionId)))).toBe('malformed');
  });

  it('is looked for under the key that a host certificate certifies', () => {
    const host = ed25519Host();
    expect(plainHostKey(certifiedHost(host).blob)).toEqual(host.blob);
    expect(plainHostKey(host.blob)).toEqual(host.blob);
    expect(said(() => plainHostKey(certifiedHost(host).blob.subarray(0, 60)))).toBe('malformed');
  });
});

describe('a stream', () => {
  async function messagesOf(chunks: readonly Buffer[]): Promise<string[]> {
    const messages: string[] = [];
    async function* source() {
      yield* chunks;
    }
    for await (const message of readFrames(source())) messages.push(message.toString('latin1'));
    return messages;
  }

  it('gives the same messages however it is chopped', async () => {
    const whole = Buffer.concat(['a', 'bc', 'x'.repeat(5_000), 'd'].map((text) => framed(Buffer.from(text))));
    for (let i = 0; i < 50; i++) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < whole.length; ) {
        const size = randomInt(1, i < 10 ? 4 : 3_000);
        chunks.push(whole.subarray(at, at + size));
        at += size;
      }
      expect(await messagesOf(chunks)).toEqual(['a', 'bc', 'x'.repeat(5_000), 'd']);
    }
  });

  it('gives nothing of a message that has not come whole', async () => {
    expect(await messagesOf([framed(Buffer.from('abc')).subarray(0, 6)])).toEqual([]);
  });

  it('takes the longest message, and none that is longer', async () => {
    expect(await messagesOf([framed(Buffer.alloc(LONGEST_AGENT_MESSAGE))])).toHaveLength(1);
    await expect(messagesOf([framed(Buffer.alloc(LONGEST_AGENT_MESSAGE + 1))])).rejects.toThrow(SshFormatError);
  });
});
