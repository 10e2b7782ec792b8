import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Access, run, World } from './world.ts';

let world: World;
let access: Access;
/** Answers each connection with what it is sent, reversed. */
let echo: Server;
let echoPort: number;
let echoPath: string;
const children = new Set<ChildProcess>();
const seen = new Set<Socket>();

beforeAll(async () => {
  world = await World.start();
  const serve = (socket: Socket): void => {
    seen.add(socket);
    socket.on('error', () => {}).on('data', (data) => socket.write(Buffer.from(data).reverse()));
    socket.once('end', () => socket.end());
  };
  echo = createServer({ allowHalfOpen: true }, serve);
  echoPort = await listening(echo, 0);
  echoPath = join(world.folder, 'echo.sock');
  const local = createServer({ allowHalfOpen: true }, serve);
  await listening(local, echoPath);
  echo.once('close', () => local.close());
  access = await forwarding();
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});
afterAll(async () => {
  for (const socket of seen) socket.destroy();
  echo.close();
  await world.stop();
});

const forwarding = (changes: Parameters<World['access']>[0] = {}): Promise<Access> =>
  world.access({ limits: { shell: true, exec: true, sftp: true, forward: true }, ...changes });

async function listening(server: Server, where: number | string): Promise<number> {
  await new Promise<void>((resolve) => server.listen(where as number, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** ssh -N with a forwarding, once it says that it listens. */
async function forward(by: Access, option: string, port: number, to?: string): Promise<ChildProcess> {
  const spec = to === undefined ? `127.0.0.1:${port}` : `127.0.0.1:${port}:${to}`;
  const args = world.sshArguments(by, ['-v', '-N', '-o', 'ExitOnForwardFailure=yes', option, spec, '127.0.0.1']);
  const child = spawn('ssh', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  children.add(child);
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/Entering interactive session/.test(said)) resolve();
    });
    child.once('exit', () => reject(new Error(said)));
  });
  return child;
}

/** What comes back until the connection is over, in whichever way. */
function exchange(socket: Socket, message: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const got: Buffer[] = [];
    socket.on('data', (data) => got.push(data)).on('error', () => {});
    socket.once('close', () => resolve(Buffer.concat(got)));
    socket.end(message);
  });
}

const through = (port: number, message = Buffer.from('abc')): Promise<Buffer> =>
  exchange(connect(port, '127.0.0.1'), message);

describe('with the right to it, real ssh forwards', () => {
  it('a port with -L, several connections at a time, and the log names where it leads', async () => {
    const by = await forwarding();
    const port = await freePort();
    const child = await forward(by, '-L', port, `127.0.0.1:${echoPort}`);
    const answers = await Promise.all(['abc', 'def', 'ghi'].map((text) => through(port, Buffer.from(text))));
    expect(answers.map(String)).toEqual(['cba', 'fed', 'ihg']);
    const mine = world.services.forwardings.filter((entry) => entry.grantId === by.grant.id);
    expect(mine).toMatchObject([{ to: `127.0.0.1:${echoPort}` }]);
    child.kill();
    const end = () => world.services.closed.find((entry) => entry.grantId === by.grant.id);
    await world.services.until(() => end() !== undefined);
    expect(end()).toMatchObject({ sessionId: mine[0]?.sessionId, forwarded: 3 });
  });

  it('a socket of the target with -L', async () => {
    const port = await freePort();
    await forward(access, '-L', port, echoPath);
    expect(String(await through(port))).toBe('cba');
    expect(world.services.forwardings.at(-1)?.to).toBe(echoPath);
  });

  it('what a SOCKS client asks for with -D', async () => {
    const port = await freePort();
    await forward(access, '-D', port);
    const socket = connect(port, '127.0.0.1');
    socket.write(Buffer.from([5, 1, 0]));
    await new Promise((resolve) => socket.once('data', resolve));
    const wanted = Buffer.alloc(10);
    wanted.set([5, 1, 0, 1, 127, 0, 0, 1]);
    wanted.writeUInt16BE(echoPort, 8);
    socket.write(wanted);
    const reply = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(reply[1]).toBe(0);
    expect(String(await exchange(socket, Buffer.from('abc')))).toBe('cba');
  });

  it('its input and output with -W', async () => {
    const ran = await world.ssh(access, ['-W', `127.0.0.1:${echoPort}`, '127.0.0.1'], 'abc');
    expect([ran.code, ran.stdout.toString()]).toEqual([0, 'cba']);
  });

  it('another ssh with -J, to an sshd behind the target', async () => {
    const proxy = ['ssh', ...world.sshArguments(access, ['-W', '%h:%p', '127.0.0.1'])].join(' ');
    const ran = await run('ssh', [
      ...['-F', '/dev/null', '-o', 'BatchMode=yes', '-o', `ProxyCommand=${proxy}`],
      ...['-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${world.knownHosts}`],
      ...['-p', String(world.target.port), 'nobody@127.0.0.1', 'true'],
    ]);
    // The second sshd answers with its own host key, and refuses who has no certificate for it.
    expect(ran.stderr).toContain('Permission denied');
  });

  it('many bytes, unchanged', async () => {
    const port = await freePort();
    const pipe = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    const piped = await listening(pipe, 0);
    await forward(access, '-L', port, `127.0.0.1:${piped}`);
    const bytes = randomBytes(16 * 1024 * 1024);
    expect((await through(port, bytes)).equals(bytes)).toBe(true);
    pipe.close();
  });

  it('together with a shell, which goes on', async () => {
    const port = await freePort();
    const args = world.sshArguments(access, [
      '-L',
      `127.0.0.1:${port}:127.0.0.1:${echoPort}`,
      '127.0.0.1',
      'echo up; cat',
    ]);
    const child = spawn('ssh', args, { stdio: ['pipe', 'pipe', 'ignore'] });
    children.add(child);
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    await expect.poll(() => out, { timeout: 10_000 }).toBe('up\n');
    expect(String(await through(port))).toBe('cba');
    child.stdin.end('still here\n');
    await expect.poll(() => out, { timeout: 10_000 }).toBe('up\nstill here\n');
  });
});

describe('a forwarded connection', () => {
  it('is cut with its grant, and gets nothing of ours into its bytes', async () => {
    const by = await forwarding();
    const port = await freePort();
    const child = await forward(by, '-L', port, `127.0.0.1:${echoPort}`);
    const socket = connect(port, '127.0.0.1');
    const got: Buffer[] = [];
    socket.on('data', (data) => got.push(data)).on('error', () => {});
    socket.write('abc');
    await expect.poll(() => String(Buffer.concat(got))).toBe('cba');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const exited = new Promise((resolve) => child.once('exit', resolve));
    world.services.end(by.grant.id, 'revoked', 'Bo');
    await Promise.all([closed, exited]);
    expect(String(Buffer.concat(got))).toBe('cba');
  });

  it('is not made when it cannot be written down', async () => {
    const { forwarding: write } = world.services;
    world.services.forwarding = () => Promise.reject(new Error('the database is away'));
    const connections = seen.size;
    const ran = await world.ssh(access, ['-W', `127.0.0.1:${echoPort}`, '127.0.0.1'], 'abc');
    world.services.forwarding = write;
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
    expect(ran.stderr).toContain('cannot be checked right now');
    expect(seen.size).toBe(connections);
  });

  it('is not made any more when the grant has ended or drains', async () => {
    const endsAt = Date.now() + 3_000;
    const by = await forwarding({ endsAt, cutsAt: endsAt + 60_000 });
    const port = await freePort();
    await forward(by, '-L', port, `127.0.0.1:${echoPort}`);
    expect(String(await through(port))).toBe('cba');
    await expect.poll(() => Date.now() > endsAt, { timeout: 5_000 }).toBe(true);
    const connections = seen.size;
    expect(String(await through(port))).toBe('');
    expect(seen.size).toBe(connections);
    world.services.end(by.grant.id, 'released');
  });

  it('to where nothing listens fails by itself, and not the session', async () => {
    const [port, nothing] = [await freePort(), await freePort()];
    const child = await forward(access, '-L', port, `127.0.0.1:${nothing}`);
    expect(String(await through(port))).toBe('');
    expect(child.exitCode).toBeNull();
  });
});

describe('the gateway goes on refusing', () => {
  it.each<[string, string[], RegExp]>([
    [
      '-R',
      ['-o', 'ExitOnForwardFailure=yes', '-R', '0:127.0.0.1:1', '127.0.0.1', 'true'],
      /remote port forwarding failed/,
    ],
    [
      '-R of a socket',
      ['-o', 'ExitOnForwardFailure=yes', '-R', '/tmp/x:127.0.0.1:1', '127.0.0.1', 'true'],
      /remote port forwarding failed/,
    ],
  ])('%s, also with the right to forward', async (_option, rest, sentence) => {
    const ran = await world.ssh(access, rest);
    expect(ran.code).toBe(255);
    expect(ran.stderr).toMatch(sentence);
    expect(world.services.refusals.at(-1)?.code).toBe('forwarding-not-permitted');
  });

  it('-L, -D and -W without it', async () => {
    const without = await world.access();
    const port = await freePort();
    await forward(without, '-L', port, `127.0.0.1:${echoPort}`);
    const connections = seen.size;
    expect(String(await through(port))).toBe('');
    expect(seen.size).toBe(connections);
    expect(world.services.refusals.at(-1)).toMatchObject({
      code: 'forwarding-not-permitted',
      grantId: without.grant.id,
    });
  });
});
