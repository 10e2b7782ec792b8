import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Credential } from '../../../main/grants/certificates.ts';
import { Keys } from '../../../main/keys.ts';
import { type Agent, type AgentOptions, serveAgent } from '../../../main/ssh-agent/agent.ts';
import { tooOldNotice } from '../../../main/ssh-agent/too-old.ts';
import { AppError } from '../../../protocol/errors.ts';
import { formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { verifyEd25519 } from '../../../protocol/ssh/signature.ts';
import { SshWriter } from '../../../protocol/ssh/writer.ts';
import { deadline } from '../../../protocol/time.ts';
import { FakeTime } from '../fake-time.ts';
import { certify } from '../grants/certify.ts';
import {
  AgentClient,
  bindMessage,
  certifiedHost,
  ecdsaHost,
  ed25519Host,
  type Host,
  type LoginFields,
  loginData,
  rsaHost,
  signatureIn,
  signMessage,
} from './small-ssh.ts';

const HOUR = 3_600_000;
const host = ed25519Host();
const sessionId = randomBytes(32);

let ends: (() => void)[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-agent-'));
  ends = [() => rmSync(folder, { recursive: true, force: true })];
});
afterEach(() => {
  for (const end of ends.reverse()) end();
});

async function setUp(options: Partial<AgentOptions> & { hostKeys?: readonly Host[] } = {}) {
  const time = new FakeTime();
  const until = deadline(time, time.now() + HOUR);
  const keys = new Keys();
  const publicKey = keys.make('g', until);
  const certificates = { current: certify(publicKey, time.now(), HOUR) };
  const lines: string[] = [];
  const grant = { claims: 0, renew: () => (certificates.current = certify(publicKey, time.now(), HOUR)) };
  const { hostKeys = [host] } = options;
  const credential = async (): Promise<Credential> => {
    grant.claims += 1;
    return {
      grantId: 'g',
      certificate: certificates.current,
      endpoint: { kind: 'gateway', host: '127.0.0.1', port: 22, hostKeys: hostKeys.map((h) => formatKeyLine(h.blob)) },
      username: 'deploy@db-1',
      sign: (data) => keys.sign('g', data),
    };
  };
  const log = {
    info: (message: string) => lines.push(message),
    warn: (message: string, error?: unknown) => lines.push(`${message} ${error instanceof Error ? error.message : ''}`),
  } as unknown as AgentOptions['log'];
  const agent = await serveAgent({
    ...{ grantId: 'g', title: 'deploy@db-1', folder, credential, log },
    mayUse: () => !until.hasPassed(),
    ...options,
  });
  ends.push(() => agent.close());
  const client = () => clientOf(agent);
  const key = certificates.current;
  return { time, keys, agent, client, lines, publicKey, key, grant, certificates };
}
type Parts = Awaited<ReturnType<typeof setUp>>;

async function clientOf(agent: Agent): Promise<AgentClient> {
  const client = await AgentClient.connect(agent.path);
  ends.push(() => client.hangUp());
  return client;
}

const FAILURE = Buffer.from([5]);
const SUCCESS = Buffer.from([6]);

describe('the agent', () => {
  it('lists the certificate and nothing else, and claims it only then', async () => {
    const { client, key, grant } = await setUp();
    const one = await client();
    expect(grant.claims).toBe(0);
    expect(await one.list()).toEqual([{ blob: key, comment: 'deploy@db-1' }]);
    expect(grant.claims).toBe(1);
  });

  it.each<[string, Partial<LoginFields>, Host]>([
    ['to the gateway', {}, host],
    ['that is bound to the host', { hostKey: host.blob }, host],
    ['to a host with a certificate', {}, certifiedHost(host)],
    ['to an RSA host', {}, rsaHost()],
    ['to an RSA host that signs with SHA-256', {}, rsaHost('sha256')],
    ['to an ECDSA host', {}, ecdsaHost('nistp256')],
    ['to an ECDSA host of 384 bits', {}, ecdsaHost('nistp384')],
    ['to an ECDSA host of 521 bits', {}, ecdsaHost('nistp521')],
  ])('signs a login %s, and writes it down', async (_what, fields, shown) => {
    const pinned = shown === host || shown.sign === host.sign ? [ed25519Host(), host] : [shown];
    const { client, key, publicKey, lines } = await setUp({ hostKeys: pinned });
    const one = await client();
    expect(await one.ask(bindMessage(shown, sessionId))).toEqual(SUCCESS);
    const data = loginData({ sessionId, key, ...fields });
    const signature = signatureIn(await one.ask(signMessage(key, data)));
    expect(verifyEd25519(publicKey, data, signature!)).toBe(true);
    expect(lines).toEqual(['ssh agent of deploy@db-1 signed a login as deploy@db-1']);
  });

  it('signs with what it has listed on the connection, though that was renewed meanwhile', async () => {
    const { client, key, grant } = await setUp();
    const one = await client();
    await one.list();
    grant.renew();
    await one.ask(bindMessage(host, sessionId));
    expect(signatureIn(await one.ask(signMessage(key, loginData({ sessionId, key }))))).toBeDefined();
  });

  it('answers several questions that come at once, in order', async () => {
    const { client, key } = await setUp();
    const one = await client();
    one.send(bindMessage(host, sessionId));
    one.send(Buffer.from([11]));
    one.send(signMessage(key, loginData({ sessionId, key })));
    expect([await one.answer(), await one.answer(), await one.answer()].map((answer) => answer?.[0])).toEqual([
      6, 12, 14,
    ]);
  });

  it('understands a message that comes byte by byte', async () => {
    const { client, key } = await setUp();
    const one = await client();
    const bytes = new SshWriter().string(Buffer.from([11])).bytes();
    for (const byte of bytes) one.socket.write(Buffer.from([byte]));
    expect((await one.answer())?.includes(key)).toBe(true);
  });

  it('stays with a program for as long as that goes on asking', async () => {
    const { client } = await setUp({ idleMs: 300 });
    const one = await client();
    for (const end = performance.now() + 700; performance.now() < end; ) expect(await one.list()).toHaveLength(1);
  });

  it('stays closed to others: a socket for its owner in a folder with a name nobody guesses', async () => {
    const { agent } = await setUp();
    expect(statSync(agent.path).mode & 0o777).toBe(0o600);
    expect(agent.path).toMatch(/agent-[0-9a-f]{16}$/);
  });

  it('takes its socket away and hangs up when it is closed', async () => {
    const { agent, client } = await setUp();
    const one = await client();
    agent.close();
    await one.closed;
    expect(readdirSync(folder)).toEqual([]);
    await expect(AgentClient.connect(agent.path)).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });
});

describe('the agent does not sign', () => {
  const other = ed25519Host();
  const login =
    (fields: Partial<LoginFields>) =>
    ({ key }: Parts) =>
      loginData({ sessionId, key, ...fields });

  it.each<[string, (parts: Parts) => Buffer, RegExp]>([
    ['a login as somebody else', login({ user: 'root@db-1' }), /another login: "root@db-1"/],
    ['a login as the same account without its target', login({ user: 'deploy' }), /another login/],
    ['a login for another service', login({ service: 'ssh-userauth' }), /another service/],
    ['a login by another algorithm', login({ algorithm: 'ssh-ed25519' }), /another algorithm/],
    ['a login in another session', login({ sessionId: randomBytes(32) }), /another session/],
    ['a login bound to another host', login({ hostKey: other.blob }), /another host/],
    ['a question whether the key would do', login({ signed: 0 }), /only logins/],
    ['another boolean', login({ signed: 2 }), /only logins/],
    ['another message', login({ message: 51 }), /only logins/],
    ['a login by password', login({ method: 'password' }), /only logins/],
    ['a login from a host', login({ method: 'hostbased' }), /only logins/],
    ['a login with more behind it', login({ more: Buffer.from([0]) }), /only logins/],
    ['a host bound login without a host', login({ method: 'publickey-hostbound-v00@openssh.com' }), /only logins/],
    ['a login with a broken name', login({ user: 'deploy\0' }), /only logins/],
    ['nothing', () => Buffer.alloc(0), /only logins/],
    ['a text', () => Buffer.from('sign me please'), /only logins/],
    ['an SSHSIG (ssh-keygen -Y sign)', () => sshsig(), /only logins/],
  ])('%s', async (_what, data, why) => {
    const parts = await setUp();
    const one = await parts.client();
    expect(await one.ask(bindMessage(host, sessionId))).toEqual(SUCCESS);
    expect(await one.ask(signMessage(parts.key, data(parts)))).toEqual(FAILURE);
    expect(parts.lines).toEqual([expect.stringMatching(why)]);
    // What is right is still signed.
    expect((await one.ask(signMessage(parts.key, loginData({ sessionId, key: parts.key }))))?.[0]).toBe(14);
  });

  it.each<[string, (parts: Parts) => { asked: Buffer; inside: Buffer }]>([
    ['its plain key', ({ publicKey }) => ({ asked: publicKey, inside: publicKey })],
    ['one key for a login by another', ({ key, publicKey }) => ({ asked: publicKey, inside: key })],
    ['a certificate that was never here', ({ publicKey, time }) => both(certify(publicKey, time.now(), HOUR))],
    ['no key', () => both(Buffer.alloc(0))],
  ])('with %s', async (_what, keysOf) => {
    const parts = await setUp();
    const one = await parts.client();
    await one.ask(bindMessage(host, sessionId));
    const { asked, inside } = keysOf(parts);
    expect(await one.ask(signMessage(asked, loginData({ sessionId, key: inside })))).toEqual(FAILURE);
  });

  it.each<[string, (one: AgentClient) => Promise<unknown>, RegExp]>([
    ['before the program says which host it logs in to', async () => undefined, /since 8\.9/],
    ['for a host that is not pinned', (one) => one.ask(bindMessage(other, sessionId)), /another host key than those/],
    [
      'for a certificate of a host that is not pinned',
      (one) => one.ask(bindMessage(certifiedHost(other), sessionId)),
      /another host key/,
    ],
    [
      'when the host key did not sign the session',
      (one) => one.ask(bindMessage(host, sessionId, { signature: other.sign(sessionId) })),
      /has not signed the session/,
    ],
    [
      'when the host key signed another session',
      (one) => one.ask(bindMessage(host, sessionId, { signature: host.sign(randomBytes(32)) })),
      /has not signed the session/,
    ],
    [
      'for an RSA host that signs with SHA-1',
      (one) => one.ask(bindMessage(rsaHost('sha1'), sessionId)),
      /has not signed the session/,
    ],
    [
      'when the signature of the session cannot be read',
      (one) => one.ask(bindMessage(host, sessionId, { signature: Buffer.from('x') })),
      /./,
    ],
    ['for a session without an id', (one) => one.ask(bindMessage(host, Buffer.alloc(0))), /has not signed/],
    ['for use by forwarding', (one) => one.ask(bindMessage(host, sessionId, { forwarding: 1 })), /forwarding/],
    [
      'when forwarding is said by another number',
      (one) => one.ask(bindMessage(host, sessionId, { forwarding: 7 })),
      /forwarding/,
    ],
    [
      'after forwarded use, whatever comes then',
      async (one) => {
        await one.ask(bindMessage(host, sessionId, { forwarding: 1 }));
        expect(await one.ask(bindMessage(host, sessionId))).toEqual(FAILURE);
      },
      /forwarding/,
    ],
    [
      'after a login was bound and then forwarded',
      async (one) => {
        await one.ask(bindMessage(host, sessionId));
        await one.ask(bindMessage(host, randomBytes(32), { forwarding: 1 }));
      },
      /forwarding/,
    ],
    [
      'after a second host was bound on the same connection',
      async (one) => {
        await one.ask(bindMessage(other, randomBytes(32)));
        expect(await one.ask(bindMessage(host, sessionId))).toEqual(FAILURE);
      },
      /good for one login/,
    ],
  ])('%s', async (_what, before, why) => {
    const { client, key, lines } = await setUp();
    const one = await client();
    await before(one);
    expect(await one.ask(signMessage(key, loginData({ sessionId, key })))).toEqual(FAILURE);
    expect(lines.at(-1)).toMatch(why);
  });

  it.each<[string, (parts: Parts) => void]>([
    ['after the grant has expired', ({ time }) => time.pass(HOUR)],
    ['after it expired in sleep', ({ time }) => time.sleep(HOUR)],
    ['after its key was destroyed', ({ keys }) => keys.destroy('g')],
  ])('%s, on a connection that was open', async (_what, happens) => {
    const parts = await setUp();
    const one = await parts.client();
    await one.ask(bindMessage(host, sessionId));
    happens(parts);
    expect(await one.ask(signMessage(parts.key, loginData({ sessionId, key: parts.key })))).toEqual(FAILURE);
  });

  it('after nothing new may be opened, though the key is still there, nor claims anything', async () => {
    let mayUse = true;
    const { client, key, grant } = await setUp({ mayUse: () => mayUse });
    const one = await client();
    await one.ask(bindMessage(host, sessionId));
    mayUse = false;
    expect(await one.ask(signMessage(key, loginData({ sessionId, key })))).toEqual(FAILURE);
    expect(grant.claims).toBe(0);
  });

  it('nor lists when that ends while the certificate is being claimed', async () => {
    let left = 1;
    const { client, key } = await setUp({ mayUse: () => left-- > 0 });
    const one = await client();
    expect(await one.list()).toBeUndefined();
    left = 1;
    await one.ask(bindMessage(host, sessionId));
    expect(await one.ask(signMessage(key, loginData({ sessionId, key })))).toEqual(FAILURE);
  });

  it('with flags that are not known', async () => {
    const { client, key } = await setUp();
    const one = await client();
    await one.ask(bindMessage(host, sessionId));
    expect(await one.ask(signMessage(key, loginData({ sessionId, key }), 8))).toEqual(FAILURE);
    expect((await one.ask(signMessage(key, loginData({ sessionId, key }), 4)))?.[0]).toBe(14);
  });
});

describe('an ssh that is too old', () => {
  it('is told of once for each agent, however often it tries, and is refused each time', async () => {
    let told = 0;
    const { client, key } = await setUp({ onTooOld: () => (told += 1) });
    for (let tries = 0; tries < 3; tries += 1) {
      const one = await client();
      expect(await one.list()).toHaveLength(1);
      expect(await one.ask(signMessage(key, loginData({ sessionId, key })))).toEqual(FAILURE);
    }
    expect(told).toBe(1);
  });

  it.each<[string, (one: AgentClient, key: Buffer) => Promise<unknown>]>([
    ['lists', (one) => one.list()],
    [
      'logs in',
      async (one, key) => {
        await one.ask(bindMessage(host, sessionId));
        await one.ask(signMessage(key, loginData({ sessionId, key })));
      },
    ],
    ['wants something else signed', (one, key) => one.ask(signMessage(key, sshsig()))],
    [
      'shows another host',
      async (one, key) => {
        await one.ask(bindMessage(ed25519Host(), sessionId));
        await one.ask(signMessage(key, loginData({ sessionId, key })));
      },
    ],
    [
      'forwards the agent',
      async (one, key) => {
        await one.ask(bindMessage(host, sessionId, { forwarding: 1 }));
        await one.ask(signMessage(key, loginData({ sessionId, key })));
      },
    ],
  ])('is not what a program is that only %s', async (_what, does) => {
    let told = 0;
    const { client, key } = await setUp({ onTooOld: () => (told += 1) });
    await does(await client(), key);
    expect(told).toBe(0);
  });

  it('is told of with what to do', () => {
    const { title, body, destination } = tooOldNotice('gra_0000000001', 'deploy@db-1');
    expect(title).toContain('deploy@db-1');
    expect(body).toMatch(/8\.9.*ssh -V.*Connect/);
    expect(destination).toEqual({ page: 'grant', grantId: 'gra_0000000001' });
  });
});

describe('the agent refuses', () => {
  it.each<[string, Buffer]>([
    ['to add a key', Buffer.from([17, 0])],
    ['to add a key with constraints', Buffer.from([25])],
    ['to remove a key', new SshWriter().byte(18).string('x').bytes()],
    ['to remove all keys', Buffer.from([19])],
    ['a smart card', Buffer.from([20])],
    ['to let a smart card go', Buffer.from([21])],
    ['a smart card with constraints', Buffer.from([26])],
    ['to be locked', new SshWriter().byte(22).string('passphrase').bytes()],
    ['to be unlocked', new SshWriter().byte(23).string('').bytes()],
    ['protocol 1', Buffer.from([1])],
    ['a message nobody knows', Buffer.from([200, 1, 2, 3])],
    ['an answer', Buffer.from([14])],
    ['an extension it does not know', new SshWriter().byte(27).string('query').bytes()],
    ['an extension without a name', Buffer.from([27])],
    ['a listing with something behind it', Buffer.from([11, 0])],
    ['half a request to sign', new SshWriter().byte(13).string('key').bytes()],
    ['a length inside that lies', Buffer.from([13, 255, 255, 255, 255, 0])],
    ['half a binding', new SshWriter().byte(27).string('session-bind@openssh.com').string('x').bytes()],
  ])('%s, and goes on', async (_what, message) => {
    const { client, key, lines } = await setUp();
    const one = await client();
    expect(await one.ask(message)).toEqual(FAILURE);
    expect(lines).toHaveLength(1);
    expect((await one.list())?.map(({ blob }) => blob)).toEqual([key]);
  });

  it.each<[string, Buffer]>([
    ['an empty message', Buffer.alloc(4)],
    ['a message that is too long, before it has come', Buffer.from([0, 1, 0, 1])],
    ['a message of 4 GiB', Buffer.from([255, 255, 255, 255, 13])],
  ])('%s by hanging up', async (_what, bytes) => {
    const { client, lines } = await setUp();
    const one = await client();
    one.socket.write(bytes);
    await one.closed;
    expect(lines).toEqual([expect.stringMatching(/an agent message of \d+ bytes/)]);
  });

  it('more than twenty times by hanging up', async () => {
    const { client, lines } = await setUp();
    const one = await client();
    for (let i = 0; i < 40; i++) one.send(Buffer.from([200]));
    await one.closed;
    expect(lines).toHaveLength(20);
  });

  it('somebody who begins a message and never ends it', async () => {
    const { client } = await setUp({ idleMs: 50 });
    const one = await client();
    const drip = setInterval(() => one.socket.write(Buffer.from([0])), 5);
    one.socket.write(Buffer.from([0, 0, 1, 0]));
    await one.closed;
    clearInterval(drip);
  });

  it('somebody who says nothing', async () => {
    const { client } = await setUp({ idleMs: 50 });
    await (await client()).closed;
  });

  it('the 129th program at once, and none after those have gone', async () => {
    const { client, lines } = await setUp();
    const programs = await Promise.all(Array.from({ length: 128 }, client));
    const late = await client();
    expect(await late.list()).toBeUndefined();
    expect(lines).toEqual([expect.stringMatching(/too many programs/)]);
    programs[0]?.hangUp();
    await expect.poll(async () => (await client()).list()).toHaveLength(1);
  });
});

describe('the agent lists nothing', () => {
  it.each<[string, (parts: Parts) => void]>([
    ['after the grant has expired', ({ time }) => time.pass(HOUR)],
    ['after it expired in sleep', ({ time }) => time.sleep(HOUR)],
  ])('%s', async (_what, happens) => {
    const parts = await setUp();
    const one = await parts.client();
    expect(await one.list()).toHaveLength(1);
    happens(parts);
    expect(await one.list()).toEqual([]);
    expect(await (await parts.client()).list()).toEqual([]);
    expect(parts.grant.claims).toBe(1);
  });

  it('to a program on another computer', async () => {
    const { client, lines } = await setUp();
    const one = await client();
    await one.ask(bindMessage(host, sessionId, { forwarding: 1 }));
    expect(await one.list()).toBeUndefined();
    expect(lines.at(-1)).toMatch(/forwarding/);
  });

  it('when no certificate can be claimed, and says why in the log', async () => {
    const { client, lines } = await setUp({
      credential: () => Promise.reject(new AppError('offline', 'The backend cannot be reached.')),
    });
    expect(await (await client()).list()).toBeUndefined();
    expect(lines).toEqual([expect.stringContaining('The backend cannot be reached.')]);
  });
});

const both = (blob: Buffer) => ({ asked: blob, inside: blob });

/** OpenSSH PROTOCOL.sshsig: what `ssh-keygen -Y sign` has an agent sign. */
function sshsig(): Buffer {
  return new SshWriter()
    .raw(Buffer.from('SSHSIG'))
    .string('git')
    .string('')
    .string('sha512')
    .string(randomBytes(64))
    .bytes();
}
