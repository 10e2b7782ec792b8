import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AccessAnswer } from '../../../backend/gateway/ports.ts';
import type { EndReason } from '../../../protocol/model/grant.ts';
import { formatPrivateKey } from '../../../protocol/ssh/private-key.ts';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { connectWithCertificate } from '../../../protocol/ssh/ssh2-certificate.ts';
import { CUT_MS, gone, start as startIn } from './running.ts';
import { type Access, World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const start = (access: Access, command: string, options: string[] = []) => startIn(world, access, command, options);

const COMMANDS: [string, string, string[]][] = [
  ['a terminal that waits', 'sleep 1000', ['-tt']],
  ['a terminal that floods', 'yes', ['-tt']],
  ['a command that floods', 'yes', []],
  ['a command that reads its input', 'cat', []],
];

describe('at the deadline of the grant', () => {
  it.each(COMMANDS)('%s is cut within a quarter of a second', async (_what, command, options) => {
    const access = await world.access({ endsAt: Date.now() + 1_500 });
    const running = await start(access, command, options);
    const { endsAt } = access.grant;
    const goneAt = await gone(running.pid);
    expect(goneAt - endsAt).toBeGreaterThanOrEqual(0);
    expect(goneAt - endsAt).toBeLessThan(CUT_MS);
    expect((await running.closed).code).toBe(255);
    expect(running.stderr()).toMatch(/Sallyport: access ended \d\d:\d\d UTC: expired/);
    const mine = world.services.closed.find((entry) => entry.grantId === access.grant.id);
    expect(mine?.reason).toBe('expired');
  });

  it('a grant that was extended goes on, without a dropped byte', async () => {
    const access = await world.access({ endsAt: Date.now() + 1_000 });
    const running = await start(access, 'cat');
    world.services.extend(access.grant.id, Date.now() + 600_000);
    await new Promise((resolve) => setTimeout(resolve, access.grant.endsAt + 300 - Date.now()));
    running.child.stdin?.end('still here\n');
    expect((await running.closed).code).toBe(0);
    expect(running.stdout()).toContain('still here');
  });

  it('a grant that was shortened ends then', async () => {
    const access = await world.access();
    const running = await start(access, 'cat');
    const endsAt = Date.now() + 300;
    world.services.extend(access.grant.id, endsAt);
    expect((await gone(running.pid)) - endsAt).toBeLessThan(CUT_MS);
    await running.closed;
  });
});

describe('when something was said that nobody understood', () => {
  const endOf = (access: Access) => world.services.closed.find((entry) => entry.grantId === access.grant.id);

  it('whose grant has ended meanwhile is cut, and the others go on', async () => {
    const [ended, lives, drains] = [await world.access(), await world.access(), await world.access()];
    const running = await Promise.all([ended, lives, drains].map((access) => start(access, 'cat')));
    world.services.grants.delete(ended.grant.id);
    world.services.grants.set(drains.grant.id, { ...drains.grant, endsAt: Date.now() - 1 });
    const saidAt = Date.now();
    world.services.doubt();
    expect((await gone(running[0]!.pid)) - saidAt).toBeLessThan(CUT_MS);
    expect(endOf(ended)?.reason).toBe('revoked');
    for (const { child, closed, stdout } of running.slice(1)) {
      child.stdin?.end('still here\n');
      expect((await closed).code).toBe(0);
      expect(stdout()).toContain('still here');
    }
  });

  it.each<[string, () => Promise<AccessAnswer>]>([
    ['nobody can say whether it may go on', () => Promise.reject(new Error('the database is away'))],
    [
      'it is refused for a reason that says no more',
      async () => ({ ok: false, code: 'grant-unknown', message: 'No.' }),
    ],
  ])('a session is cut when %s', async (_what, answer) => {
    const access = await world.access();
    const running = await start(access, 'cat');
    const authorize = vi.spyOn(world.services, 'authorize').mockImplementation(answer);
    world.services.doubt();
    await gone(running.pid);
    await running.closed;
    authorize.mockRestore();
    expect(endOf(access)?.reason).toBe('lost');
  });
});

describe('when the grant is ended', () => {
  it.each(COMMANDS)('%s is cut within a quarter of a second', async (_what, command, options) => {
    const access = await world.access();
    const running = await start(access, command, options);
    const endedAt = Date.now();
    world.services.end(access.grant.id, 'revoked', 'Bo');
    expect((await gone(running.pid)) - endedAt).toBeLessThan(CUT_MS);
    expect((await running.closed).code).toBe(255);
    expect(running.stderr()).toContain('revoked by Bo');
  });

  it.each<EndReason>(['revoked', 'released', 'killed', 'expired'])('the audit says %s', async (reason) => {
    const access = await world.access();
    const running = await start(access, 'cat');
    world.services.end(access.grant.id, reason);
    await running.closed;
    const mine = world.services.closed.filter((entry) => entry.grantId === access.grant.id);
    expect(mine.map((entry) => entry.reason)).toEqual([reason]);
  });

  it('every session of it is cut, and none of another grant', async () => {
    const [access, other] = [await world.access(), await world.access()];
    const mine = await Promise.all([start(access, 'cat'), start(access, 'cat')]);
    const theirs = await start(other, 'cat');
    world.services.end(access.grant.id, 'killed');
    await Promise.all(mine.map((running) => running.closed));
    theirs.child.stdin?.end('untouched\n');
    expect((await theirs.closed).code).toBe(0);
    expect(theirs.stdout()).toContain('untouched');
  });

  it('a client that is stopped, and reads nothing, holds nothing up', async () => {
    const access = await world.access();
    const running = await start(access, 'yes');
    running.child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const endedAt = Date.now();
    world.services.end(access.grant.id, 'killed');
    expect((await gone(running.pid)) - endedAt).toBeLessThan(CUT_MS);
    running.child.kill('SIGCONT');
    await running.closed;
  });

  it('a login that is still under way does not get in', async () => {
    const access = await world.access();
    const { openSession } = world.services;
    world.services.openSession = async (session) => {
      world.services.openSession = openSession;
      world.services.end(access.grant.id, 'revoked', 'Bo');
      return openSession.call(world.services, session);
    };
    const ran = await world.ssh(access, ['127.0.0.1', 'echo let in']);
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
    expect(ran.stderr).toContain('revoked by Bo');
    const mine = world.services.closed.filter((entry) => entry.grantId === access.grant.id);
    expect(mine.map((entry) => entry.reason)).toEqual(['revoked']);
  });
});

describe('the last line', () => {
  it('is written into the session of a client that shows what it gets', async () => {
    const access = await world.access();
    const client = new ssh2.Client();
    client.on('error', () => {});
    connectWithCertificate(
      ssh2,
      client,
      { host: '127.0.0.1', port: world.gateway.port, username: `${access.grant.login}@db-1` },
      { certificate: access.issued.blob, sign: (data) => sign(null, data, access.key) },
    );
    await new Promise<void>((resolve) => client.once('ready', () => resolve()));
    const shown = await new Promise<string>((resolve, reject) => {
      client.shell((error, stream) => {
        if (error) return reject(error);
        let text = '';
        stream.setEncoding('utf8').on('data', (part: string) => {
          if (text === '') world.services.end(access.grant.id, 'revoked', 'Bo');
          text += part;
        });
        stream.once('close', () => resolve(text));
      });
    });
    expect(shown).toMatch(/\r\nSallyport: access ended \d\d:\d\d UTC: revoked \(revoked by Bo\)\r\n$/);
  });
});

describe('a silent command without a terminal', () => {
  // sshd delivers signals only where it runs as root for an ordinary account, which no test may count on; so the
  // target here is one that shows what it is sent.
  it('is killed on the target before the connection is severed', async () => {
    const hostKey = generateKeyPairSync('ed25519').privateKey;
    const seen: string[] = [];
    let running = (): void => {};
    let severed = (): void => {};
    const started = new Promise<void>((resolve) => {
      running = resolve;
    });
    const end = new Promise<void>((resolve) => {
      severed = resolve;
    });
    const target = new ssh2.Server({ hostKeys: [formatPrivateKey(hostKey)] }, (connection) => {
      connection.on('error', () => {});
      connection.on('authentication', (context) => context.accept());
      connection.on('session', (accept) => {
        const session = accept();
        session.on('exec', (take) => {
          take();
          running();
        });
        session.on('signal', (_accept, _reject, info) => seen.push(info.name));
      });
      connection.on('close', () => {
        seen.push('closed');
        severed();
      });
    });
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    const { port } = target.address() as { port: number };
    const hostKeys = [formatKeyLine(ed25519Blob(hostKey))];
    const access = await world.access({ target: { name: 'db-1', address: '127.0.0.1', port, hostKeys } });
    const child = spawn('ssh', world.sshArguments(access, ['127.0.0.1', 'sleep 1000']), {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    await started;
    world.services.end(access.grant.id, 'killed');
    await Promise.all([closed, end]);
    target.close();
    expect(seen).toEqual(['KILL', 'closed']);
  });
});

describe('stopping the gateway', () => {
  it('cuts every session, says so, and leaves nothing listening', async () => {
    const short = await World.start();
    const access = await short.access();
    const child = spawn('ssh', short.sshArguments(access, ['127.0.0.1', 'echo up; cat']), {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await short.gateway.dispose();
    expect(await closed).toBe(255);
    expect(stderr).toContain('the gateway stops');
    expect(short.services.closed.map((entry) => entry.reason)).toEqual(['gateway-stopped']);
    await short.stop();
  });
});
