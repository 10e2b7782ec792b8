import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IssuedCertificate } from '../../../backend/ca/issue.ts';
import { issueAccessCertificate, issueDirectCertificate } from '../../../backend/ca/session-certificates.ts';
import type { TargetHost } from '../../../backend/demo/target-host.ts';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { type Clock, systemClock } from '../../../protocol/time.ts';
import { startSshd } from '../../support/sshd.ts';
import { memorySigner, type Ran, run, World } from './world.ts';

/** `world` is the gateway and a target behind it; `near` is a target that trusts the CA for direct targets alone. */
let world: World;
let near: TargetHost;
const directCa = memorySigner();
beforeAll(async () => {
  world = await World.start();
  near = await startSshd({ userCaLine: formatKeyLine(directCa.publicBlob) });
  await writeFile(world.knownHosts, `[127.0.0.1]:${near.port} ${near.hostKeyLine}\n`, { flag: 'a' });
});
afterAll(async () => {
  await near.stop();
  await world.stop();
});

const key = generateKeyPairSync('ed25519').privateKey;
const grant = (changes: object = {}) => ({
  ...{ id: 'g1', login: near.login, target: 'near-1', personEmail: 'ada@example.com' },
  ...{ endsAt: Date.now() + 600_000, pty: true, forward: false, ...changes },
});
const direct = (changes: object = {}, clock: Clock = systemClock): Promise<IssuedCertificate> =>
  issueDirectCertificate(directCa, clock, ed25519Blob(key), grant(changes));

async function ssh(
  certificate: IssuedCertificate,
  port: number,
  login: string,
  rest: string[],
  input?: string,
): Promise<Ran> {
  const keyFile = await world.keyFiles(key, certificate.line);
  return run('ssh', [...world.options(keyFile), '-p', String(port), '-l', login, ...rest], input);
}

describe('a target without a gateway', () => {
  it('lets real ssh in with a certificate for it, and its log names person, grant and target', async () => {
    const ran = await ssh(await direct(), near.port, near.login, ['127.0.0.1', 'echo in']);
    expect([ran.code, ran.stdout.toString()]).toEqual([0, 'in\n']);
    expect(await near.log()).toContain('ID sallyport person=ada@example.com grant=g1 target=near-1');
  });

  it.each<[string, () => Promise<IssuedCertificate>]>([
    ['that has expired', () => direct({}, { now: () => Date.now() - 301_000, monotonic: () => 0 })],
    ['of another account', () => direct({ login: 'somebody-else' })],
    [
      'for the gateway, though its CA were trusted',
      () => issueAccessCertificate(directCa, systemClock, ed25519Blob(key), grant()),
    ],
    ['of the CA of the gateway', () => issueDirectCertificate(world.ca, systemClock, ed25519Blob(key), grant())],
  ])('refuses a certificate %s', async (_what, issue) => {
    const ran = await ssh(await issue(), near.port, near.login, ['127.0.0.1', 'echo in']);
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
    expect(ran.stderr).toContain('Permission denied');
  });

  it.each([
    [true, 0],
    [false, 255],
  ])('lets connections onward be made when the role forwards: %s', async (forward, code) => {
    const echo = createServer((socket) => socket.end('onward\n'));
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const { port } = echo.address() as { port: number };
    const ran = await ssh(
      await direct({ forward }),
      near.port,
      near.login,
      ['-W', `127.0.0.1:${port}`, '127.0.0.1'],
      '',
    );
    echo.close();
    expect([ran.code, ran.stdout.toString()]).toEqual([code, forward ? 'onward\n' : '']);
  });

  it('gives no terminal when the role gives no shell', async () => {
    const ran = await ssh(await direct({ pty: false }), near.port, near.login, ['-tt', '127.0.0.1', 'tty']);
    expect([ran.stdout.toString(), ran.stderr]).toEqual(['', expect.stringContaining('PTY allocation request failed')]);
  });
});

describe('a certificate for a target without a gateway', () => {
  it('does not open a target behind the gateway', async () => {
    const ran = await ssh(await direct(), world.target.port, world.target.login, ['127.0.0.1', 'echo in']);
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
  });

  it.each<[string, () => string]>([
    ['as the account', () => near.login],
    ['as login@target', () => `${near.login}@near-1`],
  ])('does not open the gateway %s', async (_what, user) => {
    const ran = await ssh(await direct(), world.gateway.port, user(), ['127.0.0.1', 'echo in']);
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
    expect(world.services.refusals.at(-1)?.code).toBe('certificate-of-another-ca');
  });

  it('does not open the gateway either, were its CA trusted there', async () => {
    const issued = await issueDirectCertificate(world.ca, systemClock, ed25519Blob(key), grant());
    const ran = await ssh(issued, world.gateway.port, near.login, ['127.0.0.1', 'echo in']);
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
    expect(world.services.refusals.at(-1)?.code).toBe('certificate-purpose');
  });
});
