import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Forwarder, type ForwarderOptions, openForwarder } from '../../../main/ssh-access/forwarder.ts';
import { peerOwner } from '../../../main/ssh-access/peer-owner.ts';
import type { ClosedBy } from '../../../main/ssh-access/relay.ts';
import { AppError } from '../../../protocol/errors.ts';
import { Occurrences } from '../../support/occurrences.ts';

let server: Server;
let port: number;
let accepted: Occurrences<Socket>;
let forwarders: Forwarder[];
let may: { open: boolean; pass: boolean };
let opened: number[];
let closed: Occurrences<[number, ClosedBy]>;
let failures: Occurrences<AppError>;
let turnedAway: string[];

/** What each ssh says first. */
const GREETING = 'SSH-2.0-test\r\n';

beforeEach(async () => {
  [accepted, closed, failures] = [new Occurrences('accept'), new Occurrences('close'), new Occurrences('failure')];
  [forwarders, opened, turnedAway, may] = [[], [], [], { open: true, pass: true }];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    hangsUpAfter(socket);
    accepted.add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  for (const forwarder of forwarders) forwarder.sever();
  for (const socket of accepted.all) socket.destroy();
  server.close();
});

async function forward(options: Partial<ForwarderOptions> = {}): Promise<Forwarder> {
  // Of this test, also when the last one's connections close late.
  const [closes, opens] = [closed, opened];
  const forwarder = await openForwarder({
    endpoint: async () => ({ host: '127.0.0.1', port }),
    mayOpen: () => may.open,
    mayPass: () => may.pass,
    onConnection: ({ number }) => opens.push(number),
    onClosed: ({ number }, by) => closes.add([number, by]),
    onFailed: (error) => failures.add(error),
    onTurnedAway: (sentence) => turnedAway.push(sentence),
    ...options,
  });
  forwarders.push(forwarder);
  return forwarder;
}

function dial(forwarder: Forwarder, firstWords = GREETING): Socket {
  const socket = hangsUpAfter(connect({ host: forwarder.host, port: forwarder.port, allowHalfOpen: true }));
  if (firstWords !== '') socket.write(firstWords);
  return socket;
}

/** Reads the greeting, so that a test sees what comes after it. */
async function greeted(socket: Socket): Promise<Socket> {
  for (;;) {
    const words: Buffer | null = socket.read(GREETING.length);
    if (words) expect(words.toString()).toBe(GREETING);
    if (words) return socket;
    await once(socket, 'readable');
  }
}

/** Sockets that have more to say after the other end has ended. */
const sending = new WeakSet<Socket>();

/** Ends a socket after its other end did, as programs do; but not at once, so that its own end can be told from that. */
function hangsUpAfter(socket: Socket): Socket {
  return socket
    .on('error', () => undefined)
    .on('end', () => setTimeout(() => sending.has(socket) || socket.end(), 100));
}

/** A connection, and both its ends. */
async function pair(forwarder: Forwarder): Promise<[client: Socket, far: Socket]> {
  const from = accepted.all.length;
  const client = dial(forwarder);
  return [client, await greeted(await accepted.first(undefined, { from }))];
}

const over = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });

function received(socket: Socket): { bytes: () => number } {
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
  });
  return { bytes: () => bytes };
}

/** SHA-256 and length of all that comes, read with pauses. */
function slowDigest(socket: Socket): Promise<string> {
  const hash = createHash('sha256');
  let [bytes, sincePause] = [0, 0];
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      hash.update(chunk);
      bytes += chunk.length;
      sincePause += chunk.length;
      if (sincePause < 4 * 1024 * 1024) return;
      sincePause = 0;
      socket.pause();
      setTimeout(() => socket.resume(), 5);
    });
    socket.on('end', () => resolve(`${bytes} ${hash.digest('hex')}`));
  });
}

/** All that comes until the other end has ended. */
function text(socket: Socket): Promise<string> {
  let heard = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    socket.on('end', () => resolve(heard));
  });
}

async function send(socket: Socket, chunks: readonly Buffer[]): Promise<string> {
  const hash = createHash('sha256');
  sending.add(socket);
  let bytes = 0;
  for (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.length;
    if (!socket.write(chunk)) await new Promise((resolve) => socket.once('drain', resolve));
  }
  socket.end();
  return `${bytes} ${hash.digest('hex')}`;
}

describe('bytes', () => {
  it('arrive as they were sent, 64 MB each way at once, however slowly they are read', async () => {
    const [client, far] = await pair(await forward());
    const chunk = () => randomBytes(1024 * 1024 + 7);
    const [up, down] = [Array.from({ length: 64 }, chunk), Array.from({ length: 64 }, chunk)];
    const [sentUp, sentDown, gotUp, gotDown] = await Promise.all([
      send(client, up),
      send(far, down),
      slowDigest(far),
      slowDigest(client),
    ]);
    expect(gotUp).toBe(sentUp);
    expect(gotDown).toBe(sentDown);
    expect(await closed.first()).toEqual([1, expect.stringMatching(/client|server/)]);
  });

  it('do not pile up in the app while nobody reads them', async () => {
    const [client, far] = await pair(await forward());
    far.pause();
    const before = process.memoryUsage();
    let written = 0;
    const chunk = Buffer.alloc(1024 * 1024);
    while (client.write(chunk)) written += chunk.length;
    // Whatever the kernel's buffers take; then the writer waits.
    const waited = await Promise.race([
      (async () => {
        for (;;) {
          await new Promise((resolve) => client.once('drain', resolve));
          while (client.write(chunk)) written += chunk.length;
          written += chunk.length;
        }
      })(),
      pause(500, 'waits'),
    ]);
    expect(waited).toBe('waits');
    expect(written).toBeLessThan(64 * 1024 * 1024);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(32 * 1024 * 1024);
  });

  it('go on one way after the other has ended', async () => {
    const [client, far] = await pair(await forward());
    client.end('asked');
    expect(await text(far)).toBe('asked');
    const answer = text(client);
    far.write('answered ');
    await pause(20);
    far.end('later');
    expect(await answer).toBe('answered later');
    expect(await closed.first()).toEqual([1, 'client']);
  });

  it.each([
    ['the endpoint', 'server'],
    ['the program', 'client'],
  ] as const)('of a connection that %s breaks end at the other side too', async (_who, side) => {
    const [client, far] = await pair(await forward());
    await expect.poll(() => opened).toEqual([1]);
    const [breaks, other] = side === 'server' ? [far, client] : [client, far];
    received(other);
    breaks.resetAndDestroy();
    await over(other);
    expect(await closed.first()).toEqual([1, side]);
  });
});

describe('when nothing may pass any more', () => {
  it.each([
    ['from the program', (client: Socket, far: Socket) => [client, far]],
    ['from the endpoint', (client: Socket, far: Socket) => [far, client]],
  ] as const)('the next byte %s severs both, and does not arrive', async (_from, order) => {
    const [client, far] = await pair(await forward());
    const [from, to] = order(client, far) as [Socket, Socket];
    const got = received(to);
    received(from);
    from.write('before');
    await expect.poll(got.bytes).toBe(6);
    may.pass = false;
    from.write('after');
    await Promise.all([over(client), over(far)]);
    expect(got.bytes()).toBe(6);
    expect(await closed.first()).toEqual([1, 'app']);
  });

  it('nothing of a flood passes after that moment', async () => {
    const [client, far] = await pair(await forward());
    received(client);
    const got = received(far);
    const flood = Buffer.alloc(64 * 1024);
    const more = (): void => {
      while (!client.destroyed && client.write(flood));
    };
    client.on('drain', more);
    more();
    await expect.poll(got.bytes).toBeGreaterThan(1024 * 1024);
    for (const forwarder of forwarders) forwarder.sever();
    const atCut = got.bytes();
    await over(far);
    // What the kernel had already taken over for the far end, and not a byte of what waited in the app.
    expect(got.bytes() - atCut).toBeLessThan(8 * 1024 * 1024);
    await over(client);
  });

  it('severing ends every connection, those to the endpoint first, and the door is shut', async () => {
    const forwarder = await forward();
    const pairs = [await pair(forwarder), await pair(forwarder), await pair(forwarder)];
    await expect.poll(() => opened).toEqual([1, 2, 3]);
    forwarder.sever();
    await Promise.all(pairs.flat().map((socket) => over(socket.resume())));
    await expect.poll(() => closed.all.map(([, by]) => by)).toEqual(['app', 'app', 'app']);
    const late = dial(forwarder);
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => late.once('error', resolve));
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('severing also ends a connection of which one direction has ended', async () => {
    const forwarder = await forward();
    const [client, far] = await pair(forwarder);
    sending.add(far);
    client.end('asked');
    expect(await text(far)).toBe('asked');
    forwarder.sever();
    expect(await closed.first()).toEqual([1, 'client']);
    // A socket that has read the end looks again only when it writes.
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => far.once('error', resolve).write('x'));
    expect(error.code).toMatch(/ECONNRESET|EPIPE/);
    await over(client.resume());
  });

  it('severing twice, and closing after it, changes nothing', async () => {
    const forwarder = await forward();
    const [client] = await pair(forwarder);
    await expect.poll(() => opened).toEqual([1]);
    forwarder.sever();
    forwarder.sever();
    forwarder.close();
    await over(client.resume());
    await expect.poll(() => closed.all).toEqual([[1, 'app']]);
  });

  it('closing lets what is open go on', async () => {
    const forwarder = await forward();
    const [client, far] = await pair(forwarder);
    const got = received(far);
    await expect.poll(() => opened).toEqual([1]);
    forwarder.close();
    client.write('still here');
    await expect.poll(got.bytes).toBe(10);
  });
});

describe('a connection is refused', () => {
  it('when nothing may be opened, without a word to the endpoint', async () => {
    const forwarder = await forward();
    may.open = false;
    await over(dial(forwarder).resume());
    expect(accepted.all).toEqual([]);
  });

  it('when nothing may be opened any more once the endpoint is known', async () => {
    const forwarder = await forward({
      endpoint: async () => {
        may.open = false;
        return { host: '127.0.0.1', port };
      },
    });
    const client = dial(forwarder);
    client.write('early');
    await over(client.resume());
    const [far] = accepted.all;
    if (far) {
      const got = received(far);
      await over(far);
      expect(got.bytes()).toBe(0);
    }
    expect(opened).toEqual([]);
  });

  it('when the endpoint cannot be reached, with a sentence that says so', async () => {
    const forwarder = await forward({ endpoint: async () => ({ host: '127.0.0.1', port: 1 }) });
    await over(dial(forwarder).resume());
    expect(await failures.first()).toMatchObject({
      code: 'connection-refused',
      message: '127.0.0.1:1 cannot be reached. Check the network or VPN.',
    });
  });

  it('when the endpoint does not answer in time', async () => {
    // An address for documentation (RFC 5737): nobody is there.
    const forwarder = await forward({ endpoint: async () => ({ host: '192.0.2.1', port: 22 }), connectMs: 100 });
    await over(dial(forwarder).resume());
    expect((await failures.first()).code).toBe('connection-refused');
  });

  it('when the endpoint cannot be told, with that reason', async () => {
    const reason = new AppError('grant-not-live', 'This access is over.');
    const forwarder = await forward({ endpoint: () => Promise.reject(reason) });
    await over(dial(forwarder).resume());
    expect(await failures.first()).toBe(reason);
  });

  it('when it is severed while the endpoint is asked for', async () => {
    let asked = (): void => undefined;
    const asking = new Promise<void>((resolve) => {
      asked = resolve;
    });
    let answer = (_: { host: string; port: number }): void => undefined;
    const forwarder = await forward({
      endpoint: () =>
        new Promise((resolve) => {
          answer = resolve;
          asked();
        }),
    });
    const client = dial(forwarder);
    await asking;
    forwarder.sever();
    answer({ host: '127.0.0.1', port });
    await over(client.resume());
    expect(accepted.all).toEqual([]);
    expect(failures.all).toEqual([]);
  });

  it('when too many are open', async () => {
    const forwarder = await forward({ limits: { open: 2, perSecond: 100 } });
    const [first] = await pair(forwarder);
    await pair(forwarder);
    await over(dial(forwarder).resume());
    expect(accepted.all).toHaveLength(2);
    // A place that was given up is given out again.
    first.resume().destroy();
    await closed.first();
    await pair(forwarder);
  });

  it('when more than a hundred come in a second', async () => {
    const forwarder = await forward({ limits: { open: 1_000, perSecond: 100 } });
    const all = Array.from({ length: 150 }, () => dial(forwarder).resume());
    const refused = () => all.filter((socket) => socket.closed).length;
    await expect.poll(refused, { timeout: 5_000 }).toBe(50);
    await expect.poll(() => opened).toHaveLength(100);
    for (const socket of all) socket.destroy();
  });
});

describe('who connects', () => {
  const me = process.getuid?.();
  const others = 4_711;
  const limits = { open: 2, perSecond: 2 };

  it.each<[string, number | undefined, RegExp]>([
    ['another user', others, /another user of this computer \(uid 4711\)/],
    ['nobody who could be found', undefined, /gone before anybody could look/],
  ])('is turned away when it is %s, without a word to the endpoint', async (_who, uid, said) => {
    const forwarder = await forward({ ownId: me, owner: async () => uid });
    await over(dial(forwarder).resume());
    expect(accepted.all).toEqual([]);
    expect(opened).toEqual([]);
    expect(turnedAway).toEqual([expect.stringMatching(said)]);
  });

  it('is turned away when Linux calls both by the id of all whom a container does not know', async () => {
    const forwarder = await forward({ ownId: 65_534, owner: async () => 65_534 });
    dial(forwarder);
    await expect.poll(() => turnedAway).toEqual([expect.stringContaining('(uid 65534)')]);
    expect(accepted.all).toEqual([]);
  });

  it('is turned away when the computer does not say who it is, and that is told', async () => {
    const refusal = new AppError('unavailable', 'This computer does not say.');
    const forwarder = await forward({ ownId: me, owner: () => Promise.reject(refusal) });
    await over(dial(forwarder).resume());
    expect(await failures.first()).toBe(refusal);
    expect(accepted.all).toEqual([]);
  });

  it('is told of once in a minute, however many come, when the computer says nothing of any', async () => {
    const refusal = new AppError('unavailable', 'This computer does not say.');
    const forwarder = await forward({ ownId: me, owner: () => Promise.reject(refusal) });
    const flood = () => Promise.all(Array.from({ length: 50 }, () => over(dial(forwarder).resume())));
    await flood();
    expect(failures.all).toEqual([refusal]);
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 60_000);
    await flood();
    clock.mockRestore();
    expect(failures.all).toEqual([refusal, refusal]);
    expect(turnedAway).toEqual([]);
  });

  it('takes nobody’s place while it is another user, however many and however fast, and is told of once', async () => {
    let uid = others;
    const forwarder = await forward({ limits, ownId: 1_000, owner: async () => uid });
    await Promise.all(Array.from({ length: 200 }, () => over(dial(forwarder).resume())));
    uid = 1_000;
    await pair(forwarder);
    await pair(forwarder);
    expect(turnedAway).toHaveLength(1);
  });

  it('is looked at before anything is heard of it', async () => {
    let answer = (_: number): void => undefined;
    const forwarder = await forward({ ownId: 1_000, owner: () => new Promise((resolve) => (answer = resolve)) });
    const client = dial(forwarder);
    await once(client, 'connect');
    await pause(20);
    expect(accepted.all).toEqual([]);
    answer(1_000);
    await greeted(await accepted.first());
  });

  it('is let go of when the way is severed while it is looked at', async () => {
    const forwarder = await forward({ ownId: 1_000, owner: () => new Promise(() => undefined) });
    const client = dial(forwarder);
    await once(client, 'connect');
    forwarder.sever();
    await over(client.resume());
    expect(turnedAway).toEqual([]);
  });

  it('is let in where no computer tells', async () => {
    await pair(await forward({ owner: undefined }));
  });

  it.runIf(process.platform === 'linux')('is this person, as Linux tells, also with a socket for IPv6', async () => {
    const forwarder = await forward({ ownId: me, owner: peerOwner('linux') });
    await pair(forwarder);
    const client = hangsUpAfter(connect({ host: '::ffff:127.0.0.1', port: forwarder.port, family: 6 }));
    client.write(GREETING);
    await greeted(await accepted.first(undefined, { from: 1 }));
    expect(turnedAway).toEqual([]);
  });

  // Every 127.x.y.z is this computer on Linux: another user may call from one of them with a port that is in use at another.
  it.runIf(process.platform === 'linux')('is not taken for whoever has the same port at another address', async () => {
    const forwarder = await forward({ ownId: me, owner: peerOwner('linux') });
    const [client] = await pair(forwarder);
    const twin = connect({
      ...{ host: forwarder.host, port: forwarder.port, localAddress: '127.0.0.2' },
      localPort: client.localPort ?? 0,
    });
    hangsUpAfter(twin).write(GREETING);
    await expect.poll(() => turnedAway).toEqual([expect.stringContaining('127.0.0.2')]);
    expect(accepted.all).toHaveLength(1);
  });

  // Only root can be somebody else.
  it.runIf(process.platform === 'linux' && me === 0)('is another user, as Linux tells', async () => {
    const forwarder = await forward({ ownId: me, owner: peerOwner('linux') });
    const nobody = spawn('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${forwarder.port}; echo SSH-2.0-x >&3; cat <&3`], {
      ...{ uid: 65_534, gid: 65_534, cwd: '/', stdio: 'ignore' },
    });
    await once(nobody, 'exit');
    expect(accepted.all).toEqual([]);
    expect(turnedAway).toEqual([expect.stringContaining('(uid 65534)')]);
  });

  it.runIf(process.platform === 'linux')('is not believed once it has closed: Linux then says it is root', async () => {
    let look = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      look = resolve;
    });
    const found: (number | undefined)[] = [];
    const forwarder = await forward({
      ownId: 0,
      owner: async (connection) => {
        await closed;
        found.push(await peerOwner('linux')!(connection));
        return found[0];
      },
    });
    const client = dial(forwarder, '');
    await once(client, 'connect');
    client.destroy();
    await over(client);
    look();
    await expect.poll(() => turnedAway).toHaveLength(1);
    expect(found).toEqual([undefined]);
  });
});

describe('a connection that does not speak SSH', () => {
  it.each([
    ['says nothing', ''],
    ['says only the beginning', 'SSH'],
  ])('is hung up on after a while when it %s, and the endpoint hears nothing of it', async (_what, words) => {
    const forwarder = await forward({ speakMs: 30 });
    await over(dial(forwarder, words).resume());
    expect(accepted.all).toEqual([]);
    expect(failures.all).toEqual([]);
  });

  it.each(['GET / HTTP/1.1\r\n\r\n', 'S H-2.0-', '\0', 'ssh-2.0-x\r\n'])('is hung up on at once: %j', async (words) => {
    const forwarder = await forward({ speakMs: 60_000 });
    await over(dial(forwarder, words).resume());
    expect(accepted.all).toEqual([]);
  });

  it('is forgotten when it goes without a word, and its place is free', async () => {
    const forwarder = await forward({ limits: { open: 1, perSecond: 100 }, speakMs: 60_000 });
    const silent = dial(forwarder, '');
    await once(silent, 'connect');
    silent.destroy();
    await expect
      .poll(async () => {
        const client = dial(forwarder);
        return Promise.race([over(client.resume()).then(() => 'refused'), accepted.first().then(() => 'let in')]);
      })
      .toBe('let in');
  });

  it('may say it byte by byte, and nothing of it is lost', async () => {
    const forwarder = await forward();
    const client = dial(forwarder, '');
    await once(client, 'connect');
    client.setNoDelay(true);
    for (const byte of GREETING) {
      client.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await greeted(await accepted.first());
  });
});
