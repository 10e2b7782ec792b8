import { type ChildProcess, spawn } from 'node:child_process';
import { sign } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueTargetCertificate } from '../../../backend/ca/session-certificates.ts';
import { ed25519Blob } from '../../../protocol/ssh/public-key.ts';
import { systemClock } from '../../../protocol/time.ts';
import { type StockGateway, startStockGateway } from './stock-gateway.ts';
import { type Access, World } from './world.ts';

/** The same bodies run through a plain ssh2 gateway, which has to show the defect, and through ours, which must not. */
let world: World;
let stock: StockGateway;
let access: Access;
beforeAll(async () => {
  world = await World.start({ admission: { graceMs: 1_500, tries: 3, startups: 20 } });
  access = await world.access();
  const certified = await issueTargetCertificate(
    world.ca,
    systemClock,
    ed25519Blob(access.key),
    { ...access.grant, target: 'db-1', personEmail: 'x@example.com', pty: true, forward: false },
    'stock',
  );
  stock = await startStockGateway({
    ...{ port: world.target.port, login: world.target.login, certificate: certified.blob },
    sign: (data) => sign(null, data, access.key),
  });
  await appendFile(world.knownHosts, `[127.0.0.1]:${stock.port} ${stock.hostKeyLine}\n`);
});
afterAll(async () => {
  await stock.stop();
  await world.stop();
});

type Through = 'ssh2 as it is' | 'the gateway';
const port = (through: Through) => (through === 'the gateway' ? world.gateway.port : stock.port);
const running = new Set<ChildProcess>();

interface Outcome {
  readonly code: number | null | 'hangs';
  readonly stdout: number;
  readonly stderr: string;
}

/**
 * Runs ssh; counts what it writes. `stdin`: 'open' keeps it open without data, 'ended' is </dev/null.
 * `startReadingAfterMs`: how long nobody reads stdout and stderr, so that the windows fill; `restMs`: a rest after each
 * piece that is read.
 */
async function ssh(
  through: Through,
  command: string,
  options: {
    stdin: 'open' | 'ended';
    hangsAfterMs: number;
    startReadingAfterMs?: number;
    stopAfterBytes?: number;
    restMs?: number;
  },
): Promise<Outcome> {
  const child = spawn('ssh', world.sshArguments(access, ['127.0.0.1', command], port(through)), {
    stdio: [options.stdin === 'open' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = 0;
  let stderr = '';
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  if (options.startReadingAfterMs !== undefined) await after(options.startReadingAfterMs);
  child.stdout?.on('data', (data: Buffer) => {
    stdout += data.length;
    if (options.restMs !== undefined) {
      child.stdout?.pause();
      setTimeout(() => child.stdout?.resume(), options.restMs);
    }
    if (options.stopAfterBytes !== undefined && stdout >= options.stopAfterBytes) child.stdout?.destroy();
  });
  child.stderr?.setEncoding('latin1').on('data', (text: string) => {
    stderr += text;
  });
  const hang = new AbortController();
  const code = await Promise.race([closed, after(options.hangsAfterMs, 'hangs' as const, { signal: hang.signal })]);
  hang.abort();
  child.kill('SIGKILL');
  await closed;
  running.delete(child);
  return { code, stdout, stderr };
}

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

const QUICK = 5_000;
const PATIENT = 40_000;

describe('defects of ssh2 that the gateway must not have', () => {
  it('stdout and stderr that both wait for the client hang for ever, or lose their end', async () => {
    const flood = 'head -c 30000000 /dev/zero & head -c 30000000 /dev/zero >&2; wait';
    const whole = async (through: Through, hangsAfterMs: number) => {
      const ran = await ssh(through, flood, { stdin: 'open', hangsAfterMs, startReadingAfterMs: 1_500 });
      return ran.code === 0 && ran.stdout === 30_000_000 && ran.stderr.length === 30_000_000;
    };
    expect(await whole('ssh2 as it is', QUICK)).toBe(false);
    expect(await whole('the gateway', PATIENT)).toBe(true);
  });

  it('a command whose input ends at once hangs (ssh host command </dev/null)', async () => {
    const run = (through: Through, hangsAfterMs: number) =>
      ssh(through, 'cat; echo done', { stdin: 'ended', hangsAfterMs });
    expect((await run('ssh2 as it is', QUICK)).code).toBe('hangs');
    expect(await run('the gateway', PATIENT)).toEqual({ code: 0, stdout: 5, stderr: '' });
  });

  it('the end of the output is lost, with exit status 0, when the client reads slowly', async () => {
    const run = (through: Through) =>
      ssh(through, 'head -c 12000000 /dev/zero', { stdin: 'open', hangsAfterMs: PATIENT, restMs: 10 });
    const lossy = await run('ssh2 as it is');
    expect(lossy.code).toBe(0);
    expect(lossy.stdout).toBeLessThan(12_000_000);
    expect(await run('the gateway')).toEqual({ code: 0, stdout: 12_000_000, stderr: '' });
  });

  it('a command whose output nobody reads any more runs for ever (ssh host yes | head -1)', async () => {
    const run = (through: Through, hangsAfterMs: number) =>
      ssh(through, 'yes', { stdin: 'open', hangsAfterMs, stopAfterBytes: 2 });
    expect((await run('ssh2 as it is', QUICK)).code).toBe('hangs');
    expect((await run('the gateway', PATIENT)).code).not.toBe('hangs');
  });

  it('server-sig-algs lacks a comma', async () => {
    const announced = async (through: Through) => {
      const child = spawn('ssh', ['-vv', ...world.sshArguments(access, ['127.0.0.1', 'true'], port(through))], {
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      let log = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
      await new Promise((resolve) => child.once('close', resolve));
      return /server-sig-algs=<(.*?)>/.exec(log)?.[1];
    };
    expect(await announced('ssh2 as it is')).toContain('nistp521rsa-sha2-512');
    expect(await announced('the gateway')).toBe('ssh-ed25519,ssh-ed25519-cert-v01@openssh.com');
  });

  it('the modes of a terminal are lost', async () => {
    const modes = (through: Through) =>
      new Promise<string>((resolve) => {
        const args = world.sshArguments(access, ['-tt', '127.0.0.1', 'stty -a'], port(through));
        const inner = `stty -echoe -ixon; ssh ${args.map((arg) => `'${arg}'`).join(' ')}`;
        const child = spawn('script', ['-qec', inner, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
        let output = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
        child.once('close', () => resolve(output));
      });
    expect(await modes('ssh2 as it is')).not.toContain('-echoe');
    expect(await modes('the gateway')).toContain('-echoe');
  });

  it('a command that is not UTF-8 is changed', async () => {
    const echoed = (through: Through) =>
      new Promise<string>((resolve) => {
        // A shell, because Node cannot pass such an argument to ssh itself.
        const args = world.sshArguments(access, ['127.0.0.1'], port(through)).map((arg) => `'${arg}'`);
        const inner = `ssh ${args.join(' ')} "printf '$(printf '\\344')' | od -An -tx1"`;
        const child = spawn('sh', ['-c', inner], { stdio: ['pipe', 'pipe', 'inherit'] });
        let output = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
        child.once('close', () => resolve(output.trim()));
      });
    expect(await echoed('ssh2 as it is')).toBe('ef bf bd');
    expect(await echoed('the gateway')).toBe('e4');
  });
});

describe('limits that ssh2 lacks', () => {
  /** A TCP connection that says who it is, and then nothing. */
  async function silent(through: Through, ident: string): Promise<{ closedAfterMs: number | 'open' }> {
    const start = performance.now();
    const socket = connect(port(through), '127.0.0.1', () => socket.write(ident));
    socket.on('error', () => {}).resume();
    const closed = new Promise<number>((resolve) => socket.once('close', () => resolve(performance.now() - start)));
    const answer = await Promise.race([closed, after(3_000, 'open' as const)]);
    socket.destroy();
    return { closedAfterMs: answer };
  }

  it.each([
    ['says nothing at all', ''],
    ['says only its name', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ])('a client that %s is shown the door after the login grace time', async (_what, ident) => {
    const [theirs, ours] = await Promise.all([silent('ssh2 as it is', ident), silent('the gateway', ident)]);
    expect(theirs.closedAfterMs).toBe('open');
    expect(ours.closedAfterMs).toBeGreaterThan(1_000);
  });

  it('a client may try three keys, not a hundred', async () => {
    const keys = await Promise.all(Array.from({ length: 4 }, () => world.access()));
    for (const key of keys) world.services.end(key.grant.id, 'revoked');
    const files = keys.flatMap((key) => ['-o', `IdentityFile=${key.keyFile}`]);
    // Plain keys: the certificate files are named for other keys than these.
    const child = spawn(
      'ssh',
      [...files, '-o', 'CertificateFile=none', ...world.sshArguments(access, ['127.0.0.1', 'true'])],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await new Promise((resolve) => child.once('close', resolve));
    expect(stderr).toContain('Too many keys were tried.');
    expect(world.services.refusals.at(-1)?.code).toBe('too-many-tries');
  });

  it('twenty may be at the door, the twenty-first is told to come back; and those inside do not count', async () => {
    const inside = spawn('ssh', world.sshArguments(access, ['127.0.0.1', 'echo in; cat']), {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => inside.stdout.once('data', resolve));
    const sockets = Array.from({ length: 21 }, () => connect(world.gateway.port, '127.0.0.1'));
    const first = await Promise.all(
      sockets.map(
        (socket) =>
          new Promise<string>((resolve) => {
            socket.on('error', () => {}).once('data', (data: Buffer) => resolve(data.toString()));
          }),
      ),
    );
    expect(first.filter((line) => line.startsWith('SSH-2.0-OpenSSH'))).toHaveLength(20);
    expect(first.filter((line) => line.startsWith('Sallyport: too many'))).toHaveLength(1);
    const full = world.services.refusals.filter((refusal) => refusal.code === 'door-full');
    expect(full).toMatchObject([{ count: 1, sourceAddress: '127.0.0.1', grantId: null }]);
    for (const socket of sockets) socket.destroy();
    inside.stdin.end();
    await new Promise((resolve) => inside.once('close', resolve));
    const ran = await world.ssh(access, ['127.0.0.1', 'echo again']);
    expect(ran.stdout.toString()).toBe('again\n');
  });
});
