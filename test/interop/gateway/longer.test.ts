import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessAnswer } from '../../../backend/gateway/ports.ts';
import { CUT_MS, gone, start } from './running.ts';
import { type Access, run, World } from './world.ts';

const SIZE = 64 * 1024 * 1024;
const PIECES = 64;
let world: World;
let file: string;
let hash: string;
beforeAll(async () => {
  world = await World.start();
  file = join(world.folder, 'big');
  const bytes = randomBytes(SIZE);
  await writeFile(file, bytes);
  hash = sha256(bytes);
});
afterAll(() => world.stop());

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const until = (moment: number): Promise<void> => pause(Math.max(0, moment - Date.now()));
const endOf = (access: Access) => world.services.closed.find((entry) => entry.grantId === access.grant.id);

/** Options of ssh for a connection that further sessions share. */
function shared(name: string): string[] {
  return ['-o', `ControlPath=${join(world.folder, name)}`, '-o', 'ControlMaster=auto', '-o', 'ControlPersist=60'];
}

// The three transfers mostly wait, and do so beside each other; what is timed closely runs alone.
describe('a grant that is made longer', () => {
  it.concurrent('in the middle of a download of 64 MB: not a byte is lost, and the session is cut at the new end', async () => {
    const access = await world.access({ endsAt: Date.now() + 5_000 });
    const pieces = `dd if=${file} bs=1M skip=$i count=1 2>/dev/null; i=$((i+1)); sleep 0.1`;
    const command = `i=0; while [ $i -lt ${PIECES} ]; do ${pieces}; done; exec sleep 1000`;
    const child = spawn('ssh', world.sshArguments(access, ['127.0.0.1', command]), {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const received: Buffer[] = [];
    let size = 0;
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data));
    const closed = new Promise<number>((resolve) => child.once('close', () => resolve(Date.now())));
    const sizeAtMove = await new Promise<number>((resolve) => {
      child.stdout.on('data', (data: Buffer) => {
        received.push(data);
        size += data.length;
        if (size > SIZE / 8) resolve(size);
      });
    });
    const endsAt = access.grant.endsAt + 12_000;
    world.services.extend(access.grant.id, endsAt);
    const sizeAtOldEnd = await until(access.grant.endsAt).then(() => size);
    const closedAt = await closed;
    expect(sizeAtMove).toBeLessThan(SIZE);
    expect(sizeAtOldEnd).toBeLessThan(SIZE);
    expect(sha256(Buffer.concat(received))).toBe(hash);
    expect(closedAt - endsAt).toBeGreaterThanOrEqual(0);
    expect(closedAt - endsAt).toBeLessThan(CUT_MS);
    expect(stderr).toMatch(/access ended .* expired/);
    expect(endOf(access)).toMatchObject({ reason: 'expired', bytesOut: SIZE });
  });

  it.concurrent('in the middle of an upload of 64 MB: not a byte is lost', async () => {
    const access = await world.access({ endsAt: Date.now() + 5_000 });
    const to = join(world.folder, 'uploaded');
    const child = spawn('ssh', world.sshArguments(access, ['127.0.0.1', `cat > ${to}`]), {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    const bytes = await readFile(file);
    for (let i = 0; i < PIECES; i++) {
      if (i === 8) world.services.extend(access.grant.id, Date.now() + 60_000);
      const piece = bytes.subarray((i * SIZE) / PIECES, ((i + 1) * SIZE) / PIECES);
      if (!child.stdin.write(piece)) await new Promise((resolve) => child.stdin.once('drain', resolve));
      await pause(100);
    }
    expect(Date.now()).toBeGreaterThan(access.grant.endsAt);
    child.stdin.end();
    expect(await closed).toBe(0);
    expect(sha256(await readFile(to))).toBe(hash);
  });

  it.concurrent('in the middle of an scp: it ends as if nothing had happened', async () => {
    const access = await world.access({ endsAt: Date.now() + 3_000 });
    const to = join(world.folder, 'copied');
    const copying = run('scp', [...world.copyArguments(access), '-l', '100000', `127.0.0.1:${file}`, to]);
    await world.services.until(() => world.services.opened.some((entry) => entry.grantId === access.grant.id));
    world.services.extend(access.grant.id, Date.now() + 60_000);
    expect((await copying).code).toBe(0);
    expect(Date.now()).toBeGreaterThan(access.grant.endsAt);
    expect(sha256(await readFile(to))).toBe(hash);
  });

  it('while an idle shell waits: it answers after the old end, and is cut at the new one', async () => {
    const access = await world.access({ endsAt: Date.now() + 3_000 });
    const shell = await start(world, access, 'sh', ['-tt']);
    const endsAt = access.grant.endsAt + 2_500;
    world.services.extend(access.grant.id, endsAt);
    await until(access.grant.endsAt + 300);
    shell.child.stdin?.write('echo still-$((40+2))\n');
    await expect.poll(shell.stdout).toContain('still-42');
    const goneAt = await gone(shell.pid);
    expect(goneAt - endsAt).toBeGreaterThanOrEqual(0);
    expect(goneAt - endsAt).toBeLessThan(CUT_MS);
    await shell.closed;
  });

  it('while the gateway still dials: the session lives to the new end, and opens channels up to it', async () => {
    const access = await world.access({ endsAt: Date.now() + 3_000 });
    const { openSession } = world.services;
    const endsAt = access.grant.endsAt + 3_000;
    world.services.openSession = async (session) => {
      world.services.openSession = openSession;
      world.services.extend(access.grant.id, endsAt);
      return openSession.call(world.services, session);
    };
    // No channel yet: opening one would ask for the grant again.
    const options = ['-o', `ControlPath=${join(world.folder, 'dialling')}`];
    const master = spawn('ssh', world.sshArguments(access, [...options, '-M', '-N', '127.0.0.1']), { stdio: 'ignore' });
    const closed = new Promise<number>((resolve) => master.once('close', () => resolve(Date.now())));
    await world.services.until(() => world.services.opened.some((entry) => entry.grantId === access.grant.id));
    await until(access.grant.endsAt + 200);
    const more = await world.ssh(access, [...options, '127.0.0.1', 'echo a new channel']);
    expect(more.stdout.toString()).toBe('a new channel\n');
    const closedAt = await closed;
    expect(closedAt - endsAt).toBeGreaterThanOrEqual(0);
    expect(closedAt - endsAt).toBeLessThan(CUT_MS);
    expect(world.services.opened.filter((entry) => entry.grantId === access.grant.id)).toHaveLength(1);
  });

  it('while the grant is being asked: what is said meanwhile is newer than the answer', async () => {
    const access = await world.access({ endsAt: Date.now() + 3_000 });
    const { authorize } = world.services;
    let asked = 0;
    world.services.authorize = async (question): Promise<AccessAnswer> => {
      // At the login, and then for the channel.
      if (++asked < 2) return authorize.call(world.services, question);
      world.services.authorize = authorize;
      const answer = await authorize.call(world.services, question);
      world.services.extend(access.grant.id, Date.now() + 60_000);
      return answer;
    };
    const running = await start(world, access, 'cat');
    await until(access.grant.endsAt + 300);
    running.child.stdin?.end('still here\n');
    expect((await running.closed).code).toBe(0);
    expect(running.stdout()).toContain('still here');
  });
});

describe('a grant whose sessions may drain', () => {
  const draining = (endsInMs: number, drainMs: number): Promise<Access> => {
    const endsAt = Date.now() + endsInMs;
    return world.access({ endsAt, cutsAt: endsAt + drainMs });
  };

  it('lets what is open go on to the end of the drain, and opens nothing new', async () => {
    const access = await draining(3_000, 3_500);
    const options = shared('draining');
    const running = await start(world, access, 'cat', options);
    await until(access.grant.endsAt + 200);
    const channel = await world.ssh(access, [...options, '127.0.0.1', 'echo a new channel']);
    expect(channel.stdout.toString()).toBe('');
    const connection = await world.ssh(access, ['127.0.0.1', 'echo a new connection']);
    expect([connection.code, connection.stdout.toString()]).toEqual([255, '']);
    running.child.stdin?.write('still here\n');
    await expect.poll(running.stdout).toContain('still here');
    const goneAt = await gone(running.pid);
    expect(goneAt - access.grant.cutsAt).toBeGreaterThanOrEqual(0);
    expect(goneAt - access.grant.cutsAt).toBeLessThan(CUT_MS);
    await running.closed;
    expect(endOf(access)?.reason).toBe('expired');
  });

  it('is cut at once when it is revoked while it drains', async () => {
    const access = await draining(3_000, 60_000);
    const running = await start(world, access, 'cat');
    await until(access.grant.endsAt + 200);
    const revokedAt = Date.now();
    world.services.end(access.grant.id, 'revoked', 'Bo');
    expect((await gone(running.pid)) - revokedAt).toBeLessThan(CUT_MS);
    expect((await running.closed).code).toBe(255);
    expect(running.stderr()).toContain('revoked by Bo');
  });
});

describe('a grant that ended without a word to the gateway', () => {
  it('takes the whole session with it at the next channel', async () => {
    const access = await world.access();
    const options = shared('unheard');
    const running = await start(world, access, 'cat', options);
    world.services.grants.delete(access.grant.id);
    const askedAt = Date.now();
    await world.ssh(access, [...options, '127.0.0.1', 'true']);
    expect((await gone(running.pid)) - askedAt).toBeLessThan(2_000);
    await running.closed;
    expect(endOf(access)?.reason).toBe('revoked');
  });
});

describe('a gateway that hears nothing of the backend', () => {
  it('cuts every session after the grace, says why, and lets people in again later', async () => {
    const alone = await World.start({ controlGraceMs: () => 400 });
    try {
      const access = await alone.access();
      const running = await start(alone, access, 'cat');
      alone.services.silence = 399;
      await pause(400);
      running.child.stdin?.write('within the grace\n');
      await expect.poll(running.stdout).toContain('within the grace');
      const lostAt = Date.now();
      alone.services.silence = 401;
      expect((await gone(running.pid)) - lostAt).toBeLessThan(CUT_MS + 100);
      expect((await running.closed).code).toBe(255);
      expect(running.stderr()).toMatch(/your access cannot be checked any more/);
      expect(alone.services.closed.map((entry) => entry.reason)).toEqual(['lost']);
      alone.services.silence = 0;
      expect((await alone.ssh(access, ['127.0.0.1', 'echo back'])).stdout.toString()).toBe('back\n');
    } finally {
      await alone.stop();
    }
  });

  it('cuts every session when the others took it for dead', async () => {
    const access = await world.access();
    const running = await start(world, access, 'cat');
    world.services.takeForDead();
    await gone(running.pid);
    await running.closed;
    expect(running.stderr()).toContain('cannot be checked');
    expect(endOf(access)?.reason).toBe('lost');
  });

  it('writes the end of a session down when the backend is back', async () => {
    const access = await world.access();
    const running = await start(world, access, 'cat');
    const { closeSession } = world.services;
    let failures = 0;
    world.services.closeSession = async () => {
      if (++failures > 1) world.services.closeSession = closeSession;
      throw new Error('the database is away');
    };
    running.child.stdin?.end();
    await running.closed;
    await world.services.until(() => endOf(access) !== undefined);
    expect([failures, endOf(access)?.reason]).toEqual([2, 'closed']);
  });

  it('waits for the ends of its sessions to be written down when it is stopped', async () => {
    const short = await World.start();
    const running = await start(short, await short.access(), 'cat');
    const { closeSession } = short.services;
    short.services.closeSession = async (session) => {
      await pause(300);
      return closeSession.call(short.services, session);
    };
    await short.gateway.dispose();
    expect(short.services.closed.map((entry) => entry.reason)).toEqual(['gateway-stopped']);
    await running.closed;
    await short.stop();
  });
});
