import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type CertificateRequest, issueHostCertificate, issueUserCertificate } from '../../../backend/ca/issue.ts';
import {
  issueAccessCertificate,
  issueDirectCertificate,
  issueTargetCertificate,
} from '../../../backend/ca/session-certificates.ts';
import type { Signer } from '../../../backend/ca/signer.ts';
import { parseCertificate } from '../../../protocol/ssh/certificate.ts';
import { ed25519Blob, fingerprint, parseKeyLine } from '../../../protocol/ssh/public-key.ts';

const caKey = generateKeyPairSync('ed25519').privateKey;
const ca: Signer = { publicBlob: ed25519Blob(caKey), sign: async (data) => sign(null, data, caKey) };
const publicKey = ed25519Blob(generateKeyPairSync('ed25519').publicKey);
const NOW = 1_800_000_000_123;
const clock = { now: () => NOW, monotonic: () => 0 };
const request: CertificateRequest = { publicKey, principals: ['deploy'], keyId: 'id', endsAt: NOW + 3_600_000 };

describe('issuing a user certificate', () => {
  it('gives a line, the blob, and a record of what it says', async () => {
    const { line, blob, record } = await issueUserCertificate(ca, clock, request);
    expect(parseKeyLine(line).blob).toEqual(blob);
    expect(record).toMatchObject({
      ...{ kind: 'user', principals: ['deploy'], keyId: 'id' },
      ...{ fingerprint: fingerprint(publicKey), caFingerprint: fingerprint(ca.publicBlob) },
    });
    expect(parseCertificate(blob).serial.toString()).toBe(record.serial);
  });

  it('spans at most five minutes, and is backdated by less than one', async () => {
    const { record } = await issueUserCertificate(ca, clock, request);
    expect(record.validBefore - record.validAfter).toBe(300_000);
    expect(NOW - record.validAfter).toBeLessThanOrEqual(60_000);
  });

  it('never outlives the grant, not even by a part of a second', async () => {
    const { record } = await issueUserCertificate(ca, clock, { ...request, endsAt: NOW + 90_999 });
    expect(record.validBefore).toBeLessThanOrEqual(NOW + 90_999);
    expect(record.validBefore).toBeGreaterThan(NOW + 89_000);
  });

  it('gives each certificate a serial of its own', async () => {
    const serials = await Promise.all(
      Array.from({ length: 50 }, async () => (await issueUserCertificate(ca, clock, request)).record.serial),
    );
    expect(new Set(serials).size).toBe(50);
    expect(serials).not.toContain('0');
  });

  it.each<[string, Partial<CertificateRequest>, string]>([
    ['no principals', { principals: [] }, 'invalid-input'],
    ['an empty principal', { principals: ['deploy', ''] }, 'invalid-input'],
    ['a principal with a line end', { principals: ['deploy\nroot'] }, 'invalid-input'],
    ['a principal with a space', { principals: ['deploy root'] }, 'invalid-input'],
    ['a key id that would forge a log line', { keyId: 'id\nAccepted' }, 'invalid-input'],
    ['no key id', { keyId: '' }, 'invalid-input'],
    ['a key that is not one', { publicKey: Buffer.from('nonsense') }, 'invalid-input'],
    ['a certificate in place of a key', { publicKey: Buffer.concat([publicKey, Buffer.from([0])]) }, 'invalid-input'],
    ['a grant that has ended', { endsAt: NOW }, 'grant-not-live'],
    ['a grant that ends within this second', { endsAt: NOW + 500 }, 'grant-not-live'],
  ])('is refused for %s', async (_what, changes, code) => {
    await expect(issueUserCertificate(ca, clock, { ...request, ...changes })).rejects.toMatchObject({ code });
  });

  it.each<[string, Signer]>([
    ['signs with another key', { ...ca, publicBlob: ed25519Blob(generateKeyPairSync('ed25519').publicKey) }],
    ['signs something else', { ...ca, sign: async (data) => sign(null, data.subarray(1), caKey) }],
    ['answers with noise', { ...ca, sign: async () => randomBytes(64) }],
    ['answers with too little', { ...ca, sign: async () => Buffer.alloc(63) }],
  ])('does not let a certificate out when the signer %s', async (_what, signer) => {
    await expect(issueUserCertificate(signer, clock, request)).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('issuing a host certificate', () => {
  it('makes one of kind host', async () => {
    const { blob } = await issueHostCertificate(ca, clock, { ...request, principals: ['db-1.example.com'] });
    expect(parseCertificate(blob).kind).toBe('host');
  });
});

describe('the certificates of a grant', () => {
  const grant = {
    ...{ id: 'g1', login: 'deploy', target: 'db-1', personEmail: 'ada@example.com' },
    ...{ endsAt: NOW + 600_000, pty: true, forward: false },
  };

  it('the person’s names login and target, the grant, and opens only the gateway', async () => {
    const parsed = parseCertificate((await issueAccessCertificate(ca, clock, publicKey, grant)).blob);
    expect(parsed.principals).toEqual(['deploy@db-1']);
    expect(parsed.keyId).toBe('sallyport grant=g1 person=ada@example.com');
    expect(parsed.extensions.get('grant@sallyport.dev')).toBe('g1');
    expect(parsed.criticalOptions.has('gateway-only@sallyport.dev')).toBe(true);
  });

  it('the gateway’s names the account, and person, grant and session in its key id', async () => {
    const parsed = parseCertificate((await issueTargetCertificate(ca, clock, publicKey, grant, 's1')).blob);
    expect(parsed.principals).toEqual(['deploy']);
    expect(parsed.keyId).toBe('sallyport person=ada@example.com grant=g1 session=s1');
    expect(parsed.criticalOptions.size).toBe(0);
    expect([...parsed.extensions.keys()]).toEqual(['permit-pty']);
  });

  it.each([
    ['a@example.com grant=g2 session=s2', 'a@example.com%20grant%3dg2%20session%3ds2'],
    ['jörg@example.com', 'j%c3%b6rg@example.com'],
    ['half a pair \ud83d', 'half%20a%20pair%20%ef%bf%bd'],
    ['ö'.repeat(200), '%c3%b6'.repeat(200).slice(0, 200)],
  ])('a key id holds the address %j as one word of plain text', async (personEmail, word) => {
    const odd = { ...grant, personEmail };
    const access = parseCertificate((await issueAccessCertificate(ca, clock, publicKey, odd)).blob);
    const target = parseCertificate((await issueTargetCertificate(ca, clock, publicKey, odd, 's1')).blob);
    expect(access.keyId).toBe(`sallyport grant=g1 person=${word}`);
    expect(target.keyId).toBe(`sallyport person=${word} grant=g1 session=s1`);
  });

  it('neither permits a terminal, forwarding or anything else that the role does not', async () => {
    const without = { ...grant, pty: false };
    const access = parseCertificate((await issueAccessCertificate(ca, clock, publicKey, without)).blob);
    const target = parseCertificate((await issueTargetCertificate(ca, clock, publicKey, without, 's1')).blob);
    expect([...access.extensions.keys()]).toEqual(['grant@sallyport.dev']);
    expect(target.extensions.size).toBe(0);
  });

  it('a direct one names the account, the grant and the target, and lacks what only the gateway understands', async () => {
    const { blob, record } = await issueDirectCertificate(ca, clock, publicKey, grant);
    const parsed = parseCertificate(blob);
    expect(parsed.principals).toEqual(['deploy']);
    expect(parsed.criticalOptions.size).toBe(0);
    expect(parsed.keyId).toBe('sallyport person=ada@example.com grant=g1 target=db-1');
    expect([...parsed.extensions.keys()]).toEqual(['grant@sallyport.dev', 'permit-pty']);
    expect(record.validBefore - record.validAfter).toBeLessThanOrEqual(300_000);
  });

  it.each([
    [true, true, ['permit-port-forwarding', 'permit-pty']],
    [true, false, ['permit-pty']],
    [false, true, ['permit-port-forwarding']],
    [false, false, []],
  ])('with a terminal %s and forwarding %s a target lets them do just that', async (pty, forward, permits) => {
    const limited = { ...grant, pty, forward };
    const [target, direct, access] = [
      await issueTargetCertificate(ca, clock, publicKey, limited, 's1'),
      await issueDirectCertificate(ca, clock, publicKey, limited),
      await issueAccessCertificate(ca, clock, publicKey, limited),
    ].map(({ blob }) => [...parseCertificate(blob).extensions.keys()].filter((name) => name.startsWith('permit-')));
    expect(target).toEqual(permits);
    expect(direct).toEqual(permits);
    expect(access).toEqual(permits.filter((name) => name === 'permit-pty'));
  });

  it('a direct one never outlives its grant', async () => {
    const short = { ...grant, endsAt: NOW + 20_000 };
    const { record } = await issueDirectCertificate(ca, clock, publicKey, short);
    expect(record.validBefore).toBeLessThanOrEqual(short.endsAt);
    await expect(issueDirectCertificate(ca, clock, publicKey, { ...grant, endsAt: NOW })).rejects.toMatchObject({
      code: 'grant-not-live',
    });
  });
});
