import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { Credential } from '../../../main/grants/certificates.ts';
import type { TerminalPort } from '../../../main/terminal/port.ts';
import { TerminalSession } from '../../../main/terminal/session.ts';
import { AppError } from '../../../protocol/errors.ts';
import type { Terminal } from '../../../protocol/ipc/snapshot.ts';
import { type TerminalOutput, WINDOW_BYTES } from '../../../protocol/ipc/terminal-port.ts';
import { ed25519Blob } from '../../../protocol/ssh/public-key.ts';
import { Occurrences } from '../../support/occurrences.ts';
import { certify } from '../grants/certify.ts';
import { type Behaviour, SmallGateway, strangerLine } from './small-gateway.ts';

/** The page's end of a terminal's channel. */
class Page implements TerminalPort {
  readonly got = new Occurrences<TerminalOutput>('output');
  /** Whether it acknowledges what it gets, as a page that draws does. */
  draws = true;
  closed = false;
  #hear: (event: { data: unknown }) => void = () => undefined;
  #hearClose: () => void = () => undefined;
  /** How many bytes it got. */
  length = 0;
  postMessage(message: TerminalOutput): void {
    if (message.kind === 'data') this.length += message.bytes.length;
    this.got.add(message);
    if (message.kind === 'data' && this.draws) this.send({ kind: 'ack', bytes: message.bytes.length });
  }
  on(event: string, listener: never): void {
    if (event === 'message') this.#hear = listener;
    else this.#hearClose = listener;
  }
  start(): void {}
  close(): void {
    this.closed = true;
  }
  send(data: unknown): void {
    this.#hear({ data });
  }
  /** The page went away. */
  leave(): void {
    this.#hearClose();
  }
  get bytes(): Buffer {
    return Buffer.concat(this.got.all.map((m) => (m.kind === 'data' ? m.bytes : Buffer.alloc(0))));
  }
  async shows(text: string): Promise<void> {
    await this.got.first(() => this.bytes.includes(text));
  }
  get sentences(): string[] {
    return this.got.all.flatMap((m) => (m.kind === 'ended' ? [m.sentence] : []));
  }
}

/** What we use of the inside of ssh2. */
interface Sender {
  channelData(channel: number, data: Buffer): void;
  channelExtData(channel: number, data: Buffer, type: number): void;
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function setUp(
  behaviour: Behaviour & { kind?: 'gateway' | 'direct'; change?: (credential: Credential) => Credential } = {},
) {
  const gateway = await SmallGateway.start(behaviour);
  ends.push(() => gateway.dispose());
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const credential: Credential = {
    grantId: 'g',
    certificate: certify(ed25519Blob(publicKey), Date.now(), 60_000),
    endpoint: {
      kind: behaviour.kind ?? 'gateway',
      host: '127.0.0.1',
      port: gateway.port,
      hostKeys: [gateway.hostKeyLine],
    },
    username: 'deploy@db-1',
    sign: (data) => sign(null, data, privateKey),
  };
  const statuses = new Occurrences<Terminal['status']>('status');
  const grant = { live: true };
  const session = new TerminalSession({
    credential: async () => behaviour.change?.(credential) ?? credential,
    mayPass: () => grant.live,
    setStatus: (status) => statuses.add(status),
    now: () => 1_000,
    onProblem: () => undefined,
    newsMs: 50,
  });
  ends.push(() => session.dispose());
  return { gateway, session, statuses, grant, page: new Page() };
}

const SIZE = { cols: 100, rows: 30 };

/** A terminal that is open, with its page and its shell. */
async function open(kind: 'gateway' | 'direct' = 'gateway') {
  const parts = await setUp({ kind });
  parts.session.attach(parts.page, SIZE);
  const shell = await parts.gateway.shells.first();
  await parts.statuses.first((s) => s.state === 'open');
  return { ...parts, shell };
}

describe('a terminal', () => {
  it('shows what the shell says, and sends what is typed, whole characters of any script', async () => {
    const { page, shell } = await open();
    shell.write('héllo €');
    await page.shows('héllo €');
    page.send({ kind: 'input', text: 'ls ☃\r' });
    expect(String((await once(shell, 'data'))[0])).toBe('ls ☃\r');
  });

  it('keeps what is typed before the shell is there', async () => {
    const { gateway, session, page } = await setUp();
    session.attach(page, SIZE);
    page.send({ kind: 'input', text: 'ls\r' });
    const shell = await gateway.shells.first();
    expect(String((await once(shell, 'data'))[0])).toBe('ls\r');
  });

  it('does not send what was typed ahead when the access ends before the shell is there', async () => {
    const { gateway, session, page, grant, statuses } = await setUp();
    const heard: string[] = [];
    void gateway.shells.first().then((shell) => shell.on('data', (bytes: Buffer) => heard.push(String(bytes))));
    session.attach(page, SIZE);
    page.send({ kind: 'input', text: 'rm it\r' });
    grant.live = false;
    const status = await statuses.first((s) => s.state !== 'opening');
    expect(status).toMatchObject({ state: 'failed', problem: { code: 'grant-not-live' } });
    expect(heard).toEqual([]);
  });

  it.each([
    ['output', 94],
    ['errors', 95],
  ])('is cut from a target that sends more %s than it was allowed to, and keeps none of it', async (_what, message) => {
    const { gateway, page, shell, statuses } = await open('direct');
    page.draws = false;
    const { outgoing } = shell as unknown as { outgoing: { id: number } };
    const piece = Buffer.alloc(32 * 1024, 'x');
    // Past ssh2, which waits for room.
    const past = (gateway.connections.all[0] as unknown as { _protocol: Sender })._protocol;
    for (let sent = 0; sent < 8 * 1024 * 1024; sent += piece.length) {
      if (message === 94) past.channelData(outgoing.id, piece);
      else past.channelExtData(outgoing.id, piece, 1);
    }
    expect(await statuses.first((s) => s.state !== 'open' && s.state !== 'opening')).toMatchObject({ state: 'ended' });
    expect(page.length).toBeLessThan(2 * 1024 * 1024);
  });

  it('tells the target its size, and that it changed', async () => {
    const { gateway, page } = await open();
    await gateway.sizes.first((s) => s.cols === 100 && s.rows === 30);
    page.send({ kind: 'resize', cols: 33, rows: 22 });
    await gateway.sizes.first((s) => s.cols === 33 && s.rows === 22);
    expect(gateway.sizes.all[0]?.term).toBe('xterm-256color');
  });

  it.each(['output', 'errors'] as const)(
    'keeps the first words of the shell for a page that comes later, its %s',
    async (what) => {
      const { gateway, session, page } = await setUp();
      const shell = await gateway.shells.first();
      (what === 'output' ? shell : shell.stderr).write('welcome');
      await new Promise((resolve) => setTimeout(resolve, 50));
      session.attach(page, SIZE);
      await page.shows('welcome');
    },
  );

  it('goes on in a second page, and lets the first one go', async () => {
    const { session, page, shell } = await open();
    shell.write('one');
    await page.shows('one');
    const second = new Page();
    session.attach(second, SIZE);
    expect(page.closed).toBe(true);
    shell.write('two');
    await second.shows('two');
    expect(page.bytes.includes('two')).toBe(false);
    page.send({ kind: 'input', text: 'from the old page' });
    second.send({ kind: 'input', text: 'from the new page' });
    expect(String((await once(shell, 'data'))[0])).toBe('from the new page');
  });

  it.each(['output', 'errors'] as const)(
    'holds a flood of %s back at the far end while the page draws nothing',
    async (what) => {
      const { page, shell } = await open();
      page.draws = false;
      const flood = Buffer.alloc(16 * 1024 * 1024, 'x');
      let sent = false;
      const out = what === 'output' ? shell : shell.stderr;
      out.write(flood, () => {
        sent = true;
      });
      await page.got.first(() => page.length > WINDOW_BYTES);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(page.length).toBeLessThan(WINDOW_BYTES + 4 * 1024 * 1024);
      expect(sent).toBe(false);
      page.draws = true;
      page.send({ kind: 'ack', bytes: page.length });
      await page.got.first(() => page.length === flood.length, { timeoutMs: 20_000 });
    },
  );

  it.each([
    ['nothing', undefined],
    ['a text', 'input'],
    ['another kind', { kind: 'exec', text: 'x' }],
    ['input that is no text', { kind: 'input', text: 7 }],
    ['input with more in it', { kind: 'input', text: 'x', raw: true }],
    ['a size of nothing', { kind: 'resize', cols: 0, rows: 0 }],
    ['a negative acknowledgement', { kind: 'ack', bytes: -1 }],
  ])('takes no %s from the page, and goes on', async (_name, data) => {
    const { page, shell } = await open();
    page.send(data);
    page.send({ kind: 'input', text: 'good' });
    expect(String((await once(shell, 'data'))[0])).toBe('good');
  });
});

describe('how a terminal ends', () => {
  it.each([
    [0, 'the shell ended'],
    [3, 'the shell ended with exit status 3'],
  ])('says the exit status %i', async (status, sentence) => {
    const { statuses, page, shell } = await open();
    shell.write('bye');
    shell.exit(status);
    shell.end();
    expect(await statuses.first((s) => s.state === 'ended')).toMatchObject({ reason: null, sentence });
    await page.shows('bye');
    expect(page.sentences).toEqual([sentence]);
  });

  it('says that a signal ended the shell', async () => {
    const { statuses, shell } = await open();
    shell.exit('KILL' as never);
    shell.end();
    expect(await statuses.first((s) => s.state === 'ended')).toMatchObject({
      sentence: 'the shell was ended by SIGKILL',
    });
  });

  it('is cut at once: nothing is sent or shown after it', async () => {
    const { gateway, session, statuses, page, shell } = await open();
    const closed = once(gateway.connections.all[0]!, 'close');
    session.cut('expired', 'access ended 14:05: its time is over');
    expect(statuses.all.at(-1)).toEqual({
      ...{ state: 'ended', reason: 'expired', sentence: 'access ended 14:05: its time is over', at: 1_000 },
    });
    expect(page.sentences).toEqual(['access ended 14:05: its time is over']);
    const messages = page.got.all.length;
    shell.write('too late');
    await closed;
    expect(page.got.all).toHaveLength(messages);
  });

  it('lets no byte pass, either way, once the clocks say no, before anybody has cut it', async () => {
    const { grant, page, shell } = await open();
    const typed: string[] = [];
    shell.on('data', (bytes: Buffer) => typed.push(String(bytes)));
    grant.live = false;
    shell.write('secret');
    page.send({ kind: 'input', text: 'rm -rf' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(page.length).toBe(0);
    expect(typed).toEqual([]);
  });

  it('keeps the reason of the cut when the connection closes after it', async () => {
    const { session, statuses } = await open();
    session.cut('revoked', 'access ended 14:05: revoked by Dana');
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(statuses.all.filter((s) => s.state === 'ended')).toHaveLength(1);
  });

  it('takes the reason that comes shortly after the gateway’s cut', async () => {
    const { gateway, session, statuses } = await open();
    const gone = once(gateway.connections.all[0]!, 'close');
    gateway.connections.all[0]!.end();
    await gone;
    session.cut('revoked', 'access ended 14:05: revoked by Dana');
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(statuses.all.filter((s) => s.state === 'ended')).toMatchObject([{ reason: 'revoked' }]);
  });

  it.each(['gateway', 'direct'] as const)(
    'says that the connection was lost when no reason comes: %s',
    async (kind) => {
      const { gateway, statuses } = await open(kind);
      gateway.connections.all[0]!.end();
      const status = await statuses.first((s) => s.state === 'ended');
      expect(status).toMatchObject({
        reason: null,
        sentence: `the connection to the ${kind === 'direct' ? 'target' : 'gateway'} was lost; connect again to go on`,
      });
    },
  );

  it('tells a page that comes after the end why', async () => {
    const { session } = await open();
    session.cut('expired', 'over');
    const late = new Page();
    session.attach(late, SIZE);
    expect(late.sentences).toEqual(['over']);
  });
});

describe('what keeps a terminal from opening is one clear sentence', () => {
  const failure = async (parts: Awaited<ReturnType<typeof setUp>>) => {
    parts.session.attach(parts.page, SIZE);
    const status = await parts.statuses.first((s) => s.state !== 'open');
    expect(parts.page.sentences).toHaveLength(1);
    if (status.state !== 'failed') throw new Error(`it is ${status.state}`);
    expect(status.problem.message).toMatch(/^[A-Z].*\.$/);
    return status.problem;
  };

  it('another host key: nothing is sent to it', async () => {
    const parts = await setUp({ change: (c) => ({ ...c, endpoint: { ...c.endpoint, hostKeys: [strangerLine()] } }) });
    expect(await failure(parts)).toMatchObject({ code: 'host-key-mismatch' });
    expect(parts.gateway.shells.all).toEqual([]);
  });

  it('a host key line that is none', async () => {
    const parts = await setUp({
      change: (c) => ({ ...c, endpoint: { ...c.endpoint, hostKeys: ['ssh-ed25519 AAAA'] } }),
    });
    expect(await failure(parts)).toMatchObject({ code: 'unavailable' });
    expect(parts.gateway.connections.all).toEqual([]);
  });

  it.each(['gateway', 'target'] as const)('what is said of a %s names it', async (whose) => {
    const kind = whose === 'target' ? 'direct' : 'gateway';
    const gone = await setUp({ kind, change: (c) => ({ ...c, endpoint: { ...c.endpoint, port: 1 } }) });
    expect((await failure(gone)).message).toBe(`The ${whose} 127.0.0.1:1 cannot be reached. Check the network or VPN.`);
    const refused = await setUp({ kind, refuses: 'no' });
    expect((await failure(refused)).message).toBe(
      `The ${whose} 127.0.0.1:${refused.gateway.port} did not accept the certificate.`,
    );
  });

  it('a gateway that refuses the certificate', async () => {
    expect(await failure(await setUp({ refuses: 'no' }))).toMatchObject({ code: 'connection-refused' });
  });

  it('a gateway that is not there', async () => {
    const parts = await setUp({ change: (c) => ({ ...c, endpoint: { ...c.endpoint, port: 1 } }) });
    expect(await failure(parts)).toMatchObject({
      code: 'connection-refused',
      message: expect.stringContaining('127.0.0.1:1'),
    });
  });

  it('a gateway that opens no shell', async () => {
    expect(await failure(await setUp({ refusesShell: true }))).toMatchObject({ code: 'target-unreachable' });
  });

  it('a key that no longer signs', async () => {
    const sign = () => {
      throw new AppError('grant-not-live', 'This access is over. Ask for it again.');
    };
    const parts = await setUp({ change: (c) => ({ ...c, sign }) });
    expect(await failure(parts)).toMatchObject({ code: 'grant-not-live' });
    expect(parts.gateway.shells.all).toEqual([]);
  });

  it('a backend that gives no certificate', async () => {
    const change = () => {
      throw new AppError('offline', 'The backend cannot be reached.');
    };
    expect(await failure(await setUp({ change }))).toMatchObject({ code: 'offline' });
  });

  it('a tab that is closed while it opens leaves no connection', async () => {
    const { gateway, session, statuses } = await setUp();
    const connection = await gateway.connections.first();
    const closed = new Promise<void>((resolve) => connection.on('close', () => resolve()));
    session.dispose();
    await closed;
    expect(statuses.all).toEqual([]);
  });
});
