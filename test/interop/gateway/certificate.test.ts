import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueHostCertificate, issueUserCertificate } from '../../../backend/ca/issue.ts';
import { issueAccessCertificate } from '../../../backend/ca/session-certificates.ts';
import type { TargetHost } from '../../../backend/demo/target-host.ts';
import { parseCertificate } from '../../../protocol/ssh/certificate.ts';
import { formatPrivateKey } from '../../../protocol/ssh/private-key.ts';
import { ed25519Blob, fingerprint, formatKeyLine, parseKeyLine } from '../../../protocol/ssh/public-key.ts';
import { connectWithCertificate } from '../../../protocol/ssh/ssh2-certificate.ts';
import { verifyCertificate } from '../../../protocol/ssh/verify-certificate.ts';
import { systemClock } from '../../../protocol/time.ts';
import { removeFolder } from '../../support/folder.ts';
import { startSshd } from '../../support/sshd.ts';
import { memorySigner, run } from './world.ts';

let folder: string;
const ca = memorySigner();
const hostCa = memorySigner();
const person = generateKeyPairSync('ed25519').privateKey;
const personBlob = ed25519Blob(person);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-certificates-'));
});
afterAll(() => removeFolder(folder));

const grant = {
  ...{ id: 'g1', login: 'deploy', target: 'db-1', personEmail: 'ada@example.com' },
  ...{ endsAt: Date.now() + 600_000, pty: true, forward: false },
};

describe('ssh-keygen', () => {
  it('reads our certificates', async () => {
    const { line, record } = await issueAccessCertificate(ca, systemClock, personBlob, grant);
    const file = join(folder, 'ours-cert.pub');
    await writeFile(file, `${line}\n`);
    const { code, stdout } = await run('ssh-keygen', ['-L', '-f', file]);
    expect(code).toBe(0);
    const text = stdout.toString();
    expect(text).toContain('ssh-ed25519-cert-v01@openssh.com user certificate');
    expect(text).toContain(`Signing CA: ED25519 ${record.caFingerprint} (using ssh-ed25519)`);
    expect(text).toContain('Key ID: "sallyport grant=g1 person=ada@example.com"');
    expect(text).toContain(`Serial: ${record.serial}`);
    expect(text).toMatch(/Principals: \n\s+deploy@db-1\n/);
    expect(text).toMatch(/Critical Options: \n\s+gateway-only@sallyport\.dev/);
    expect(text).toMatch(/Extensions: \n\s+grant@sallyport\.dev .*\n\s+permit-pty\n/);
  });

  it('reads our private keys, and agrees about the fingerprint', async () => {
    const file = join(folder, 'person');
    await writeFile(file, formatPrivateKey(person, 'a comment'), { mode: 0o600 });
    expect((await run('ssh-keygen', ['-y', '-f', file])).stdout.toString().trim()).toBe(
      formatKeyLine(personBlob, 'a comment'),
    );
    expect((await run('ssh-keygen', ['-l', '-f', file])).stdout.toString()).toContain(fingerprint(personBlob));
  });

  it.each([
    ['user', ['-n', 'deploy,root', '-V', '-5m:+5m', '-O', 'force-command=ls -l', '-O', 'source-address=10.0.0.0/8']],
    ['user', ['-n', 'deploy', '-V', 'always:forever', '-O', 'clear', '-O', 'extension:x@example.com=some text']],
    ['host', ['-h', '-n', 'db-1.example.com', '-V', '+1d']],
  ])('makes %s certificates that we read and verify', async (kind, options) => {
    const [caFile, keyFile] = [join(folder, 'keygen-ca'), join(folder, 'keygen-key')];
    await writeFile(caFile, formatPrivateKey(ca.key), { mode: 0o600 });
    await writeFile(`${keyFile}.pub`, `${formatKeyLine(personBlob)}\n`);
    const made = await run('ssh-keygen', [
      '-q',
      '-s',
      caFile,
      '-I',
      'by keygen',
      '-z',
      '7',
      ...options,
      `${keyFile}.pub`,
    ]);
    expect(made.stderr).toBe('');
    const { blob } = parseKeyLine(await readFile(`${keyFile}-cert.pub`, 'utf8'));
    const certificate = parseCertificate(blob);
    expect(certificate).toMatchObject({ kind, serial: 7n, keyId: 'by keygen', publicKey: personBlob });
    const verdict = verifyCertificate(blob, {
      ...{ kind: kind as 'user' | 'host', trusted: [ca.publicBlob], now: Date.now() + 1_000 },
      knownCriticalOptions: ['force-command', 'source-address'],
    });
    expect(verdict.ok).toBe(true);
    if (options.includes('force-command=ls -l')) expect(certificate.criticalOptions.get('force-command')).toBe('ls -l');
    if (kind === 'user') expect(certificate.principals[0]).toBe('deploy');
  });

  it('makes RSA certificates, which we refuse', async () => {
    const keyFile = join(folder, 'rsa');
    await run('ssh-keygen', ['-q', '-t', 'rsa', '-N', '', '-f', keyFile]);
    const caFile = join(folder, 'keygen-ca-2');
    await writeFile(caFile, formatPrivateKey(ca.key), { mode: 0o600 });
    await run('ssh-keygen', ['-q', '-s', caFile, '-I', 'x', '-n', 'deploy', `${keyFile}.pub`]);
    const { blob } = parseKeyLine(await readFile(`${keyFile}-cert.pub`, 'utf8'));
    expect(() => parseCertificate(blob)).toThrow(/not an Ed25519 certificate/);
  });
});

describe('a real sshd', () => {
  let sshd: TargetHost;
  beforeAll(async () => {
    sshd = await startSshd({
      userCaLine: formatKeyLine(ca.publicBlob),
      hostCertificate: async (line) =>
        (
          await issueHostCertificate(hostCa, systemClock, {
            ...{ publicKey: parseKeyLine(line).blob, principals: ['db-1.example.com'], keyId: 'host db-1' },
            endsAt: Date.now() + 3_600_000,
          })
        ).line,
    });
  });
  afterAll(() => sshd.stop());

  interface LogIn {
    signer?: ReturnType<typeof memorySigner>;
    principal?: string;
    sign?: (data: Buffer) => Buffer | Promise<Buffer>;
  }

  /** Logs in with ssh2 and a certificate of ours; gives what a command printed. */
  async function logIn(change: LogIn, by: KeyObject = person): Promise<string> {
    const issued = await issueUserCertificate(change.signer ?? ca, systemClock, {
      ...{ publicKey: ed25519Blob(by), principals: [change.principal ?? sshd.login], keyId: 'test' },
      endsAt: Date.now() + 60_000,
    });
    const client = new ssh2.Client();
    return new Promise<string>((resolve, reject) => {
      client.once('error', reject);
      client.once('ready', () => {
        client.exec('echo in', (error, stream) => {
          if (error) return reject(error);
          stream.setEncoding('utf8').once('data', (text: string) => resolve(text));
        });
      });
      connectWithCertificate(
        ssh2,
        client,
        { host: '127.0.0.1', port: sshd.port, username: sshd.login },
        { certificate: issued.blob, sign: change.sign ?? ((data) => sign(null, data, by)) },
      );
    }).finally(() => client.end());
  }

  it('lets ssh2 in with a certificate, signed at once or later', async () => {
    expect(await logIn({})).toBe('in\n');
    expect(await logIn({ sign: async (data) => sign(null, data, person) })).toBe('in\n');
  });

  it.each<[string, LogIn]>([
    ['for another account', { principal: 'somebody-else' }],
    ['of another CA', { signer: memorySigner() }],
    ['with a signature by another key', { sign: (data) => sign(null, data, ca.key) }],
  ])('does not let ssh2 in with a certificate %s', async (_what, change) => {
    await expect(logIn(change)).rejects.toThrow(/authentication methods failed/);
  });

  it('is told nothing when the key cannot sign: the client fails with its reason', async () => {
    const refusal = new Error('the grant has ended');
    await expect(logIn({ sign: () => Promise.reject(refusal) })).rejects.toMatchObject({ cause: refusal });
  });

  it('shows a host certificate of ours that OpenSSH believes', async () => {
    const [known, key, line] = [
      join(folder, 'known'),
      join(folder, 'person-2'),
      (
        await issueUserCertificate(ca, systemClock, {
          ...{ publicKey: personBlob, principals: [sshd.login], keyId: 'test', endsAt: Date.now() + 60_000 },
        })
      ).line,
    ];
    await writeFile(known, `@cert-authority db-1.example.com ${formatKeyLine(hostCa.publicBlob)}\n`);
    await writeFile(key, formatPrivateKey(person), { mode: 0o600 });
    await writeFile(`${key}-cert.pub`, `${line}\n`);
    const login = (alias: string) =>
      run('ssh', [
        ...['-F', '/dev/null', '-i', key, '-o', 'IdentityAgent=none', '-o', 'BatchMode=yes'],
        ...['-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${known}`, '-o', `HostKeyAlias=${alias}`],
        ...['-p', String(sshd.port), '-l', sshd.login, '127.0.0.1', 'echo in'],
      ]);
    expect((await login('db-1.example.com')).stdout.toString()).toBe('in\n');
    expect((await login('db-2.example.com')).code).toBe(255);
  });
});
