import { generateKeyPairSync } from 'node:crypto';
import { appendFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueUserCertificate } from '../../../backend/ca/issue.ts';
import { startGateway } from '../../../backend/gateway/gateway.ts';
import { GATEWAY_ONLY_OPTION, GRANT_EXTENSION } from '../../../protocol/ssh/names.ts';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { systemClock } from '../../../protocol/time.ts';
import { startSshd } from '../../support/sshd.ts';
import { type Access, memorySigner, run, World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

/** Key and certificate files with what a test wants in them, for a grant that lives. */
async function accessWith(
  change: Partial<Parameters<typeof issueUserCertificate>[2]>,
  options: { ca?: ReturnType<typeof memorySigner>; now?: number } = {},
): Promise<Access> {
  const grant = world.grant();
  const key = generateKeyPairSync('ed25519').privateKey;
  const clock = { now: () => options.now ?? Date.now(), monotonic: () => 0 };
  const issued = await issueUserCertificate(options.ca ?? world.ca, clock, {
    publicKey: ed25519Blob(key),
    principals: [`${grant.login}@db-1`],
    keyId: 'test',
    endsAt: clock.now() + 600_000,
    criticalOptions: { [GATEWAY_ONLY_OPTION]: '' },
    extensions: { [GRANT_EXTENSION]: grant.id, 'permit-pty': '' },
    ...change,
  });
  return { grant, key, issued, keyFile: await world.keyFiles(key, issued.line) };
}

describe('OpenSSH through the gateway', () => {
  it('runs a command, with its output, its errors and its exit status', async () => {
    const access = await world.access();
    const ran = await world.ssh(access, ['127.0.0.1', 'echo out; echo err >&2; exit 7']);
    expect([ran.code, ran.stdout.toString(), ran.stderr]).toEqual([7, 'out\n', 'err\n']);
  });

  it('writes down who opened the session, with which certificate, and how it ended', async () => {
    const access = await world.access();
    await world.ssh(access, ['127.0.0.1', 'printf 12345']);
    const mine = (entry: { grantId: string }) => entry.grantId === access.grant.id;
    await world.services.until(() => world.services.closed.some(mine));
    expect(world.services.opened.find(mine)).toMatchObject({
      ...{ personId: 'ada', login: world.target.login, target: 'db-1', sourceAddress: '127.0.0.1' },
      certificate: { serial: access.issued.record.serial, fingerprint: access.issued.record.fingerprint },
    });
    expect(world.services.closed.find(mine)).toMatchObject({ reason: 'closed', bytesIn: 0, bytesOut: 5 });
  });

  it('names person, grant and session in the log of the target', async () => {
    const access = await world.access();
    await world.ssh(access, ['127.0.0.1', 'true']);
    const session = world.services.opened.find((entry) => entry.grantId === access.grant.id);
    expect(await world.target.log()).toContain(
      `ID sallyport person=ada@example.com grant=${access.grant.id} session=${session?.sessionId}`,
    );
  });

  it('opens several sessions over one connection', async () => {
    const access = await world.access();
    const control = join(world.folder, 'control');
    const master = ['-o', `ControlPath=${control}`, '-o', 'ControlMaster=auto', '-o', 'ControlPersist=30'];
    const ran = await Promise.all(
      ['a', 'b', 'c'].map(async (word, index) => {
        if (index > 0)
          await world.services.until(() => world.services.opened.some((s) => s.grantId === access.grant.id));
        return world.ssh(access, [...master, '127.0.0.1', `echo ${word}`]);
      }),
    );
    expect(ran.map((one) => one.stdout.toString())).toEqual(['a\n', 'b\n', 'c\n']);
    await run('ssh', ['-o', `ControlPath=${control}`, '-O', 'exit', '127.0.0.1']);
  });

  it('gives a terminal with the size and the modes of the client', async () => {
    const access = await world.access();
    const script = 'stty rows 31 cols 97 -ixon; ssh "$@" -tt 127.0.0.1 "stty size; stty -a"';
    const ran = await run('script', [
      '-qec',
      `sh -c '${script}' - ${quoted(world.sshArguments(access, []))}`,
      '/dev/null',
    ]);
    expect(ran.stdout.toString()).toContain('31 97');
    expect(ran.stdout.toString()).toContain('-ixon');
  });

  it('passes the variables that may be set, and no others', async () => {
    const access = await world.access();
    const send = ['-o', 'SetEnv=LC_SALLYPORT=yes EVIL=no'];
    const ran = await world.ssh(access, [...send, '127.0.0.1', 'echo "$LC_SALLYPORT:$EVIL"']);
    expect(ran.stdout.toString()).toBe('yes:\n');
  });

  it('lets sftp list, put and get', async () => {
    const access = await world.access();
    const [from, to] = [join(world.folder, 'sent'), join(world.folder, 'received')];
    await writeFile(from, 'content');
    const batch = `put ${from} ${to}\nls -l ${to}\n`;
    const ran = await run('sftp', ['-b', '-', ...world.copyArguments(access), '127.0.0.1'], batch);
    expect([ran.code, ran.stdout.toString()]).toEqual([0, expect.stringContaining(to)]);
  });
});

describe('the gateway refuses, with a sentence for the person and a reason for the audit', () => {
  it.each<[string, string, () => Promise<Access>]>([
    ['a certificate of another CA', 'certificate-of-another-ca', () => accessWith({}, { ca: memorySigner() })],
    ['an expired certificate', 'certificate-expired', () => accessWith({}, { now: Date.now() - 301_000 })],
    [
      'a certificate that is not valid yet',
      'certificate-not-yet-valid',
      () => accessWith({}, { now: Date.now() + 120_000 }),
    ],
    ['a certificate for another login', 'certificate-principal', () => accessWith({ principals: ['nobody@db-1'] })],
    [
      'a certificate for another target',
      'certificate-principal',
      () => accessWith({ principals: [`${world.target.login}@db-2`] }),
    ],
    [
      'the certificate that opens targets',
      'certificate-purpose',
      () => accessWith({ criticalOptions: {}, principals: [`${world.target.login}@db-1`] }),
    ],
    [
      'a critical option it does not know',
      'certificate-option-unknown',
      () => accessWith({ criticalOptions: { [GATEWAY_ONLY_OPTION]: '', 'verify-required': '' } }),
    ],
    ['a certificate without a grant', 'certificate-without-grant', () => accessWith({ extensions: {} })],
    [
      'a grant that has ended',
      'grant-ended',
      async () => {
        const access = await world.access();
        world.services.end(access.grant.id, 'revoked');
        return access;
      },
    ],
    [
      'a grant for something else than its certificate says',
      'grant-mismatch',
      async () => {
        const access = await world.access();
        world.services.grants.set(access.grant.id, {
          ...access.grant,
          target: { ...access.grant.target, name: 'db-2' },
        });
        return access;
      },
    ],
    [
      'a target with another host key',
      'host-key-mismatch',
      () => {
        const other = formatKeyLine(ed25519Blob(generateKeyPairSync('ed25519').publicKey));
        return world.access({ target: { ...world.grant().target, hostKeys: [other] } });
      },
    ],
    [
      'a target without a pinned host key: the first one seen is not trusted',
      'host-key-mismatch',
      () => world.access({ target: { ...world.grant().target, hostKeys: [] } }),
    ],
    [
      'a target that shows no key of the pinned kind',
      'host-key-mismatch',
      () => world.access({ target: { ...world.grant().target, hostKeys: [ECDSA_LINE] } }),
    ],
    [
      'a target that cannot be reached',
      'target-unreachable',
      async () => world.access({ target: { ...world.grant().target, port: await closedPort() } }),
    ],
    ['a login that the target does not know', 'connection-refused', () => world.access({ login: 'no-such-account' })],
  ])('%s', async (_what, code, make) => {
    const access = await make();
    const before = world.services.refusals.length;
    const ran = await world.ssh(access, ['127.0.0.1', 'echo let in']);
    await world.services.until(() => world.services.refusals.length > before);
    const refusals = world.services.refusals.slice(before);
    expect(refusals.map((refusal) => refusal.code)).toEqual([code]);
    const refusal = refusals[0]!;
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
    expect(ran.stderr).toContain(`Sallyport: ${refusal.message}`);
    expect(refusal.message).toMatch(/^[A-Z].*\.$/i);
    expect(refusal).toMatchObject({ sourceAddress: '127.0.0.1', username: `${access.grant.login}@db-1` });
    expect(world.services.opened.some((entry) => entry.grantId === access.grant.id)).toBe(false);
  });

  it('a plain key, without a word about what it would take', async () => {
    const access = await world.access();
    await writeFile(`${access.keyFile}-cert.pub`, '');
    const ran = await world.ssh(access, ['127.0.0.1', 'echo let in']);
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
    expect(ran.stderr).toContain('Permission denied (publickey)');
  });

  it('a key that is not the certified one', async () => {
    const [access, other] = [await world.access(), await world.access()];
    await writeFile(`${other.keyFile}-cert.pub`, `${access.issued.line}\n`);
    const ran = await world.ssh({ ...access, keyFile: other.keyFile }, ['127.0.0.1', 'echo let in']);
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
  });

  it('another target than the certificate names, though its holder has a grant there, too', async () => {
    const [access, elsewhere] = [await world.access(), world.grant()];
    const ran = await run('ssh', [
      ...world.options(access.keyFile),
      ...['-p', String(world.gateway.port), '-l', `${elsewhere.login}@db-2`, '127.0.0.1', 'echo let in'],
    ]);
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
    expect(ran.stderr).toContain('not for');
  });

  it('everybody, when the live grant cannot be asked', async () => {
    const access = await world.access();
    const { authorize } = world.services;
    world.services.authorize = async () => {
      throw new Error('the database is down');
    };
    const ran = await world.ssh(access, ['127.0.0.1', 'echo let in']).finally(() => {
      world.services.authorize = authorize;
    });
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
    expect(ran.stderr).toContain('cannot be checked right now');
    expect(ran.stderr).not.toContain('database');
  });

  it('a session whose opening cannot be written down', async () => {
    const access = await world.access();
    const { openSession } = world.services;
    world.services.openSession = async () => {
      throw new Error('the audit log is full');
    };
    const ran = await world.ssh(access, ['127.0.0.1', 'echo let in']).finally(() => {
      world.services.openSession = openSession;
    });
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
    expect(world.gateway.sessions().some((session) => session.grantId === access.grant.id)).toBe(false);
  });

  it('what the role does not allow, each with its reason', async () => {
    const access = await world.access({ limits: { shell: true, exec: false, sftp: false } });
    const before = world.services.refusals.length;
    const exec = await world.ssh(access, ['127.0.0.1', 'echo let in']);
    expect([exec.code, exec.stdout.toString(), exec.stderr]).toEqual([
      ...[126, '', 'Sallyport: This access does not include running commands.\r\n'],
    ]);
    const sftp = await run('sftp', ['-b', '-', ...world.copyArguments(access), '127.0.0.1'], 'ls\n');
    expect(sftp.stderr).toContain('This access does not include file transfer.');
    expect(world.services.refusals.slice(before).map((refusal) => refusal.code)).toEqual([
      ...['exec-not-permitted', 'sftp-not-permitted'],
    ]);
  });

  it.each([
    ['-W', ['-W', '127.0.0.1:1', '127.0.0.1'], 'Port forwarding'],
    ['-R', ['-o', 'ExitOnForwardFailure=yes', '-R', '0:127.0.0.1:1', '127.0.0.1', 'true'], 'remote port forwarding'],
  ])('forwarding by %s', async (_option, rest, sentence) => {
    const access = await world.access();
    const ran = await world.ssh(access, rest);
    expect(ran.code).toBe(255);
    expect(ran.stderr).toContain(sentence);
    expect(world.services.refusals.at(-1)?.code).toBe('forwarding-not-permitted');
  });

  it('a channel of a session whose grant ended without a word to the gateway', async () => {
    const access = await world.access();
    const control = join(world.folder, 'control-ended');
    const master = ['-o', `ControlPath=${control}`, '-o', 'ControlMaster=auto', '-o', 'ControlPersist=30'];
    expect((await world.ssh(access, [...master, '127.0.0.1', 'true'])).code).toBe(0);
    world.services.grants.delete(access.grant.id);
    const ran = await world.ssh(access, ['-o', `ControlPath=${control}`, '127.0.0.1', 'echo let in']);
    expect(ran.stdout.toString()).toBe('');
    expect(ran.code).not.toBe(0);
    await run('ssh', ['-o', `ControlPath=${control}`, '-O', 'exit', '127.0.0.1']);
  });
});

describe('the person’s own certificate', () => {
  it('never opens the target, not even where its principal is let in', async () => {
    const principals = join(world.folder, 'principals');
    const sshd = await startSshd({
      userCaLine: formatKeyLine(world.ca.publicBlob),
      config: [`AuthorizedPrincipalsFile ${principals}`, 'LogLevel DEBUG1'],
    });
    try {
      await appendFile(world.knownHosts, `[127.0.0.1]:${sshd.port} ${sshd.hostKeyLine}\n`);
      const access = await world.access();
      await writeFile(principals, `${access.issued.record.principals[0]}\n`);
      const ran = await run('ssh', [
        ...world.options(access.keyFile),
        ...['-p', String(sshd.port), '-l', sshd.login, '127.0.0.1', 'echo let in'],
      ]);
      expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
      expect(await sshd.log()).toContain(`critical option "${GATEWAY_ONLY_OPTION}" is not supported`);
    } finally {
      await sshd.stop();
    }
  });
});

describe('starting the gateway', () => {
  it('says so when its port is taken', async () => {
    const starting = startGateway({
      ...{ host: '127.0.0.1', port: world.gateway.port, hostKey: generateKeyPairSync('ed25519').privateKey },
      ...{ trustedUserCas: [], ports: world.services, log: { info: () => {}, error: () => {} }, clock: systemClock },
      controlGraceMs: () => 60_000,
    });
    await expect(starting).rejects.toThrow(/cannot listen on .*another program uses it/);
  });
});

const ECDSA_LINE =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBE/qdxGfuMwOuxs4D6nlpoDZVJa4DDpg1xmNfGqOM3PnNLBKQxPHnmFAPtZtKQGVgqOHs8eEGGSPYiOjmTs9v2s=';

function quoted(args: readonly string[]): string {
  return args.map((arg) => `"${arg}"`).join(' ');
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
