import { describe, expect, it } from 'vitest';
import * as message from '../../../backend/gateway/messages.ts';
import type { RelayLeg } from '../../../backend/gateway/passage.ts';
import type { AccessAnswer, GatewayLimits, LiveGrant } from '../../../backend/gateway/ports.ts';
import { Relay } from '../../../backend/gateway/relay.ts';
import { AppError } from '../../../protocol/errors.ts';
import { MESSAGE } from '../../../protocol/ssh/names.ts';
import { SshReader } from '../../../protocol/ssh/reader.ts';
import { SshWriter } from '../../../protocol/ssh/writer.ts';

const NAMES = Object.fromEntries(Object.entries(MESSAGE).map(([name, number]) => [number, name]));

/** A leg that keeps what is sent, shown as "name channel: rest". */
function leg() {
  const sent: string[] = [];
  const payloads: Buffer[] = [];
  let flows = true;
  const held: object[] = [];
  const fake: RelayLeg & { sent: string[]; payloads: Buffer[]; stall(): void; held: object[] } = {
    sent,
    payloads,
    held,
    get flows() {
      return flows;
    },
    stall() {
      flows = false;
    },
    holdBack: (source) => void held.push(source),
    send(payload) {
      payloads.push(payload);
      sent.push(show(payload));
    },
    socket: {
      writableLength: 0,
      isPaused: () => false,
      pause: () => fake.socket as never,
      resume: () => fake.socket as never,
    },
  };
  return fake;
}

function show(payload: Buffer): string {
  const name = NAMES[payload[0]!];
  if (payload[0] === MESSAGE.channelOpen) return `${name} from ${payload.readUInt32BE(12)}`;
  const rest = payload.subarray(5);
  switch (payload[0]) {
    case MESSAGE.channelRequest:
      return `${name} ${payload.readUInt32BE(1)}: ${new SshReader(rest).text()}`;
    case MESSAGE.channelData:
      return `${name} ${payload.readUInt32BE(1)}: ${new SshReader(rest).string()}`;
    case MESSAGE.channelExtendedData:
      return `${name} ${payload.readUInt32BE(1)}: ${new SshReader(rest, 4).string()}`;
    default:
      return `${name} ${payload.readUInt32BE(1)}`;
  }
}

const open = (sender: number, window = 1000) => message.channelOpen('session', sender, window, 1_000_000);
const confirm = (recipient: number, sender: number) =>
  message.channelOpenConfirmation(recipient, sender, 5000, 1_000_000);
const request = (channel: number, type: string, wantReply = true, data: Buffer = Buffer.alloc(0)) =>
  new SshWriter().byte(MESSAGE.channelRequest).uint32(channel).string(type).boolean(wantReply).raw(data).bytes();
const exec = (channel: number) => request(channel, 'exec', true, new SshWriter().string('ls').bytes());
const adjust = (channel: number, by: number) =>
  new SshWriter().byte(MESSAGE.channelWindowAdjust).uint32(channel).uint32(by).bytes();

function world(limits: GatewayLimits = { shell: true, exec: true, sftp: true }) {
  const client = leg();
  const target = leg();
  const refused: string[] = [];
  let answer: AccessAnswer = { ok: true, grant: { limits } as LiveGrant };
  let saidNoMore = false;
  let unwritable = false;
  const onward: string[] = [];
  const relay = new Relay(
    {
      ...{ client, target },
      authorize: async () => answer,
      noMoreSessions: () => saidNoMore,
      refused: (code) => void refused.push(code),
      forwarding: async (to) => {
        if (unwritable) throw new AppError('grant-not-live', 'it has ended');
        onward.push(to);
      },
    },
    limits,
  );
  return {
    ...{ client, target, relay, refused, onward },
    /** Nothing that leads onward can be written down any more. */
    loseLog() {
      unwritable = true;
    },
    deny(message: string) {
      answer = { ok: false, code: 'grant-ended', message };
    },
    noMore() {
      saidNoMore = true;
    },
    /** Opens a channel: the client calls it `theirs`, the target `far`; returns the gateway's number. */
    async session(theirs = 7, far = 3): Promise<number> {
      relay.fromClient(open(theirs));
      await Promise.resolve();
      await Promise.resolve();
      const id = Number(/from (\d+)/.exec(target.sent.at(-1)!)?.[1]);
      relay.fromTarget(confirm(id, far));
      client.sent.length = 0;
      target.sent.length = 0;
      return id;
    },
  };
}

describe('passing channel messages', () => {
  it('gives each side its own number for a channel', async () => {
    const { relay, client, target, session } = world();
    const [a, b] = [await session(7, 3), await session(8, 4)];
    relay.fromClient(message.channelData(b, Buffer.from('in b')));
    relay.fromClient(message.channelData(a, Buffer.from('in a')));
    relay.fromTarget(message.channelData(a, Buffer.from('out a')));
    relay.fromTarget(message.channelStderr(b, Buffer.from('err b')));
    expect(target.sent).toEqual(['channelData 4: in b', 'channelData 3: in a']);
    expect(client.sent).toEqual(['channelData 7: out a', 'channelExtendedData 8: err b']);
    expect([relay.bytesIn, relay.bytesOut]).toEqual([8, 10]);
  });

  it('keeps the order of data, exit status, end and close', async () => {
    const { relay, client, session } = world();
    const id = await session();
    relay.fromTarget(message.channelData(id, Buffer.from('last')));
    relay.fromTarget(message.exitStatus(id, 7));
    relay.fromTarget(message.channelMessage('channelEof', id));
    relay.fromTarget(message.channelMessage('channelClose', id));
    expect(client.sent).toEqual([
      'channelData 7: last',
      'channelRequest 7: exit-status',
      'channelEof 7',
      'channelClose 7',
    ]);
  });

  it('asks the live grant before it opens a channel, and passes its sentence on', async () => {
    const { relay, client, target, deny } = world();
    deny('This access has ended.');
    relay.fromClient(open(7));
    await new Promise(setImmediate);
    expect(target.sent).toEqual([]);
    expect(client.sent).toEqual(['channelOpenFailure 7']);
  });

  it('never lets either side send messages longer than both can read', () => {
    const { relay, target, client } = world();
    target.send = (payload) => {
      expect(payload.readUInt32BE(payload.length - 4)).toBe(32_768);
      target.sent.push('open');
    };
    relay.fromClient(open(7));
    return new Promise(setImmediate).then(() => {
      expect(target.sent).toEqual(['open']);
      client.send = (payload) => expect(payload.readUInt32BE(13)).toBe(32_768);
      relay.fromTarget(confirm(0, 1));
    });
  });

  it('stops reading the side that sends more than the other takes', async () => {
    const { relay, client, target, session } = world();
    const id = await session();
    client.stall();
    relay.fromTarget(message.channelData(id, Buffer.from('x')));
    expect(client.held).toEqual([target]);
  });

  it('forgets a channel only when both sides have closed it', async () => {
    const { relay, target, client, session } = world();
    const id = await session();
    relay.fromTarget(message.channelMessage('channelClose', id));
    relay.fromClient(adjust(id, 10));
    relay.fromClient(message.channelMessage('channelClose', id));
    expect(target.sent).toEqual(['channelWindowAdjust 3', 'channelClose 3']);
    expect(client.sent).toEqual(['channelClose 7']);
    expect(() => relay.fromClient(adjust(id, 10))).toThrow(/not open/);
  });
});

describe('who asks faster than they read', () => {
  it('is not read until they have read our refusals', () => {
    const { relay, client } = world();
    client.stall();
    relay.fromClient(new SshWriter().byte(MESSAGE.channelOpen).string('x11').uint32(1).uint32(1).uint32(1).bytes());
    expect(client.held).toEqual([client]);
  });

  it('is not read until they have read our refusals, when it is the target', () => {
    const { relay, target } = world();
    target.stall();
    relay.fromTarget(open(5));
    expect(target.held).toEqual([target]);
  });

  it('is cut off when a thousand answers are owed on one channel', async () => {
    const { relay, session } = world();
    const id = await session();
    const ask = () => relay.fromClient(request(id, 'env', true, new SshWriter().string('LANG').string('C').bytes()));
    for (let i = 0; i < 1_000; i++) ask();
    expect(ask).toThrow('without waiting');
  });
});

describe('refusing', () => {
  it.each(['direct-tcpip', 'direct-streamlocal@openssh.com', 'tun@openssh.com', 'x11'])(
    'does not open a channel of type %s',
    (type) => {
      const { relay, client, target, refused } = world();
      relay.fromClient(
        new SshWriter().byte(MESSAGE.channelOpen).string(type).uint32(9).uint32(1).uint32(1).string('more').bytes(),
      );
      expect(client.sent).toEqual(['channelOpenFailure 9']);
      expect(target.sent).toEqual([]);
      expect(refused).toHaveLength(1);
    },
  );

  it('does not let a target open channels to the client', () => {
    const { relay, client, target, refused } = world();
    relay.fromTarget(
      new SshWriter().byte(MESSAGE.channelOpen).string('forwarded-tcpip').uint32(9).uint32(1).uint32(1).bytes(),
    );
    expect(client.sent).toEqual([]);
    expect(target.sent).toEqual(['channelOpenFailure 9']);
    expect(refused).toEqual(['forwarding-not-permitted']);
  });

  it('opens no session after the client said that there would be no more', () => {
    const { relay, client, refused, noMore } = world();
    noMore();
    relay.fromClient(open(7));
    expect(client.sent).toEqual(['channelOpenFailure 7']);
    expect(refused).toEqual(['no-more-sessions']);
  });

  it('opens no more than 64 channels at once', async () => {
    const { relay, client, refused } = world();
    for (let i = 0; i < 70; i++) relay.fromClient(open(i));
    await new Promise(setImmediate);
    expect(client.sent.filter((line) => line.startsWith('channelOpenFailure'))).toHaveLength(6);
    expect(refused).toEqual(Array(6).fill('too-many-channels'));
  });

  it('says why on stderr, with an exit status, and closes both sides', async () => {
    const { relay, client, target, refused, session } = world({ shell: true, exec: false, sftp: false });
    const id = await session();
    relay.fromClient(exec(id));
    expect(refused).toEqual(['exec-not-permitted']);
    expect(client.sent).toEqual([
      'channelSuccess 7',
      'channelExtendedData 7: Sallyport: This access does not include running commands.\r\n',
      'channelRequest 7: exit-status',
      'channelEof 7',
      'channelClose 7',
    ]);
    expect(target.sent).toEqual(['channelClose 3']);
    // What is still under way on either side is not passed any more.
    relay.fromTarget(message.channelData(id, Buffer.from('leak')));
    relay.fromClient(message.channelData(id, Buffer.from('leak')));
    expect([client.sent.length, target.sent.length]).toEqual([5, 1]);
  });

  it('keeps its own replies in line with those of the target', async () => {
    const { relay, client, session } = world({ shell: false, exec: true, sftp: true });
    const id = await session();
    relay.fromClient(request(id, 'pty-req'));
    relay.fromClient(request(id, 'x11-req'));
    relay.fromClient(request(id, 'shell'));
    expect(client.sent).toEqual([]);
    relay.fromTarget(message.channelMessage('channelSuccess', id));
    expect(client.sent.map((line) => line.split(':')[0])).toEqual([
      'channelSuccess 7',
      'channelExtendedData 7',
      'channelFailure 7',
      'channelSuccess 7',
      'channelExtendedData 7',
      'channelRequest 7',
      'channelEof 7',
      'channelClose 7',
    ]);
  });

  it('says nothing about a variable that is not taken, as sshd does', async () => {
    const { relay, client, target, refused, session } = world();
    const id = await session();
    relay.fromClient(request(id, 'env', false, new SshWriter().string('PATH').string('/tmp').bytes()));
    expect([client.sent, target.sent, refused]).toEqual([[], [], []]);
  });

  it.each<[string, (id: number) => Buffer, 'fromClient' | 'fromTarget']>([
    ['a channel that is not open', () => message.channelData(99, Buffer.from('x')), 'fromClient'],
    ['a message without a channel', () => Buffer.from([MESSAGE.channelData]), 'fromClient'],
    ['a confirmation nobody asked for', (id) => confirm(id, 1), 'fromTarget'],
    ['a confirmation by the client', (id) => confirm(id, 1), 'fromClient'],
    ['a reply to nothing', (id) => message.channelMessage('channelSuccess', id), 'fromTarget'],
    ['a window adjustment without its amount', (id) => adjust(id, 1).subarray(0, 5), 'fromClient'],
    ['a request that breaks off', (id) => exec(id).subarray(0, 8), 'fromClient'],
    ['an opening that breaks off', () => open(1).subarray(0, 14), 'fromClient'],
    ['an opening with bytes after its end', () => Buffer.concat([open(1), Buffer.from([0])]), 'fromClient'],
  ])('throws at %s, so that the connection ends', async (_what, make, side) => {
    const { relay, session } = world();
    const id = await session();
    expect(() => relay[side](make(id))).toThrow();
  });
});

describe('cutting', () => {
  it('kills what runs without a terminal, writes a last line where there is room, and goes silent', async () => {
    const { relay, client, target, session } = world();
    const plain = await session(7, 3);
    const terminal = await session(8, 4);
    relay.fromClient(request(terminal, 'pty-req', false));
    target.sent.length = 0;
    relay.cut('access ended');
    expect(target.sent).toEqual(['channelRequest 3: signal']);
    expect(client.sent).toEqual(['channelExtendedData 7: access ended\n', 'channelData 8: \r\naccess ended\r\n']);
    relay.fromTarget(message.channelData(plain, Buffer.from('late')));
    relay.fromClient(message.channelData(plain, Buffer.from('late')));
    expect([client.sent.length, target.sent.length]).toEqual([2, 1]);
  });

  it('writes no last line into a window that is full', async () => {
    const { relay, client, session } = world();
    const id = await session();
    relay.fromTarget(message.channelData(id, Buffer.alloc(995)));
    client.sent.length = 0;
    relay.cut('access ended');
    expect(client.sent).toEqual([]);
  });

  it('opens no channel whose question was still under way', async () => {
    const { relay, client, target } = world();
    relay.fromClient(open(7));
    relay.stop();
    await new Promise(setImmediate);
    expect([client.sent, target.sent]).toEqual([[], []]);
  });
});

describe('connections onward', () => {
  const FORWARD: GatewayLimits = { shell: true, exec: true, sftp: true, forward: true };
  const tcp = (host: string, port: number, sender = 9) =>
    message.channelOpen(
      'direct-tcpip',
      sender,
      1000,
      1_000_000,
      new SshWriter().string(host).uint32(port).string('127.0.0.1').uint32(5).bytes(),
    );
  const socket = (path: string, sender = 9) =>
    message.channelOpen(
      'direct-streamlocal@openssh.com',
      sender,
      1000,
      1_000_000,
      new SshWriter().string(path).string('').uint32(0).bytes(),
    );
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  async function opened() {
    const it = world(FORWARD);
    it.relay.fromClient(tcp('db.internal', 5432));
    await settled();
    const opening = it.target.payloads.at(-1)!;
    const id = opening.readUInt32BE(1 + 4 + 'direct-tcpip'.length);
    it.relay.fromTarget(confirm(id, 3));
    it.client.sent.length = 0;
    it.target.sent.length = 0;
    return { ...it, id, opening };
  }

  it('are opened at the target as they were asked for, under our own number', async () => {
    const { opening, onward, relay } = await opened();
    const reader = new SshReader(opening, 1);
    expect(reader.text()).toBe('direct-tcpip');
    reader.uint32();
    expect([reader.uint32(), reader.uint32(), reader.text(), reader.uint32()]).toEqual([
      1000,
      32_768,
      'db.internal',
      5432,
    ]);
    expect(onward).toEqual(['db.internal:5432']);
    expect(relay.forwarded).toBe(1);
  });

  it.each<[string, Buffer, string]>([
    ['a host', tcp('db.internal', 5432), 'db.internal:5432'],
    ['an IPv6 address', tcp('::1', 80), '[::1]:80'],
    ['a name with control characters', tcp('a\nb\\', 80), 'a\\u{a}b\\u{5c}:80'],
    ['a name in other letters', tcp('bücher', 80), 'b\\u{fc}cher:80'],
    ['a name as long as names are', tcp('x'.repeat(255), 80), `${'x'.repeat(255)}:80`],
    ['a socket', socket('/run/docker.sock'), '/run/docker.sock'],
    ['a socket that looks like a host', socket('x:80'), 'socket x:80'],
  ])('are written down: %s', async (_what, opening, to) => {
    const { relay, onward } = world(FORWARD);
    relay.fromClient(opening);
    await settled();
    expect(onward).toEqual([to]);
  });

  it('are written down once for each destination', async () => {
    const { relay, onward, target } = world(FORWARD);
    for (const [i, port] of [80, 80, 81, 80].entries()) relay.fromClient(tcp('x', port, i));
    await settled();
    expect(onward).toEqual(['x:80', 'x:81']);
    expect(target.sent).toHaveLength(4);
  });

  it('to new destinations are refused when there are too many at a time, and known ones are not', async () => {
    const { relay, onward, client, target, refused } = world(FORWARD);
    for (let port = 1; port <= 30; port++) relay.fromClient(tcp('x', port, port));
    await settled();
    relay.fromClient(tcp('x', 1, 99));
    await settled();
    expect([onward.length, target.sent.length]).toEqual([20, 21]);
    expect(client.sent).toEqual(Array.from({ length: 10 }, (_, i) => `channelOpenFailure ${21 + i}`));
    expect(refused).toEqual(Array(10).fill('too-many-destinations'));
  });

  it.each<[string, Buffer, Buffer]>([
    ['in their end', tcp(`0x${'0'.repeat(120)}0a000001`, 80, 1), tcp(`0x${'0'.repeat(120)}0a000002`, 80, 2)],
    ['in letters that cannot be shown', socket('/run/ä.sock', 1), socket('/run/ö.sock', 2)],
    ['in being a host or a socket', tcp('x', 80, 1), socket('x:80', 2)],
  ])('are each written down when they differ only %s', async (_what, one, other) => {
    const { relay, onward } = world(FORWARD);
    relay.fromClient(one);
    relay.fromClient(other);
    await settled();
    expect(new Set(onward).size).toBe(2);
  });

  it('are refused when they cannot be written down, and asked for again they are tried again', async () => {
    const { relay, client, target, refused, loseLog } = world(FORWARD);
    loseLog();
    relay.fromClient(tcp('x', 80));
    await settled();
    expect([client.sent, target.sent, refused]).toEqual([['channelOpenFailure 9'], [], ['grant-not-live']]);
    relay.fromClient(tcp('x', 80));
    await settled();
    expect(client.sent).toHaveLength(2);
  });

  it.each<[string, GatewayLimits, Buffer]>([
    ['without the right to it', { shell: true, exec: true, sftp: true }, tcp('x', 80)],
    ['with the right denied', { ...FORWARD, forward: false }, socket('/x')],
    ['a name that is none, for its length', FORWARD, tcp('x'.repeat(256), 80)],
    ['a path that is none, for its length', FORWARD, socket(`/${'ä'.repeat(128)}`)],
    ['a port that is none', FORWARD, tcp('x', 65_536 + 22)],
    ['a tunnel', FORWARD, message.channelOpen('tun@openssh.com', 9, 1000, 1000, Buffer.alloc(8))],
    ['X11', FORWARD, message.channelOpen('x11', 9, 1000, 1000, Buffer.alloc(8))],
    ['what a server opens', FORWARD, message.channelOpen('forwarded-tcpip', 9, 1000, 1000, Buffer.alloc(8))],
  ])('are refused: %s', async (_what, limits, opening) => {
    const { relay, client, target, refused } = world(limits);
    relay.fromClient(opening);
    await settled();
    expect([client.sent, target.sent]).toEqual([['channelOpenFailure 9'], []]);
    expect(refused).toHaveLength(1);
  });

  it.each<[string, Buffer]>([
    ['cut short', tcp('x', 80).subarray(0, -1)],
    ['with bytes after it', Buffer.concat([tcp('x', 80), Buffer.from([0])])],
    ['of a socket, cut short', socket('/x').subarray(0, -1)],
  ])('end the connection when malformed: %s', (_what, opening) => {
    expect(() => world(FORWARD).relay.fromClient(opening)).toThrow();
  });

  it('are refused when the access ended since', async () => {
    const { relay, client, target, deny, onward } = world(FORWARD);
    deny('it has ended');
    relay.fromClient(tcp('x', 80));
    await settled();
    expect([client.sent, target.sent, onward]).toEqual([['channelOpenFailure 9'], [], []]);
  });

  it.each(['exec', 'shell', 'pty-req', 'subsystem', 'x11-req'])('are no place for %s', async (type) => {
    const { relay, client, target, id } = await opened();
    relay.fromClient(request(id, type, true, new SshWriter().string('ls').bytes()));
    expect([client.sent, target.sent]).toEqual([['channelFailure 9'], []]);
  });

  it('get no last line and no signal into their bytes when they are cut', async () => {
    const { relay, client, target } = await opened();
    relay.cut('the end');
    expect([client.sent, target.sent]).toEqual([[], []]);
  });

  it('are at most so many at a time, and leave room for sessions', async () => {
    const { relay, client, refused, session } = world(FORWARD);
    for (let i = 0; i < 257; i++) relay.fromClient(tcp('x', 80, i));
    await settled();
    expect(client.sent).toEqual(['channelOpenFailure 256']);
    expect(refused).toEqual(['too-many-channels']);
    expect(await session(300)).toBeGreaterThan(0);
  });
});
