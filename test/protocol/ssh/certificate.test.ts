import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  appendSignature,
  type CertificateFields,
  encodeToBeSigned,
  parseCertificate,
} from '../../../protocol/ssh/certificate.ts';
import { ed25519Blob } from '../../../protocol/ssh/public-key.ts';
import { SshFormatError } from '../../../protocol/ssh/reader.ts';
import { ed25519SignatureBlob } from '../../../protocol/ssh/signature.ts';
import { type CertificateRules, verifyCertificate } from '../../../protocol/ssh/verify-certificate.ts';
import { SshWriter } from '../../../protocol/ssh/writer.ts';

const ca = generateKeyPairSync('ed25519').privateKey;
const otherCa = generateKeyPairSync('ed25519').privateKey;
const person = ed25519Blob(generateKeyPairSync('ed25519').publicKey);
const NOW = 1_800_000_000;

const fields: CertificateFields = {
  kind: 'user',
  publicKey: person,
  serial: 2n ** 63n + 5n,
  keyId: 'sallyport grant=g1',
  principals: ['deploy@db-1', 'second'],
  validAfter: NOW - 30,
  validBefore: NOW + 270,
  criticalOptions: new Map(),
  extensions: new Map([
    ['permit-pty', ''],
    ['grant@sallyport.dev', 'g1'],
  ]),
  caKey: ed25519Blob(ca),
};

function signed(toBeSigned: Buffer, by: KeyObject = ca): Buffer {
  return appendSignature(toBeSigned, ed25519SignatureBlob(sign(null, toBeSigned, by)));
}

function certificate(changes: Partial<CertificateFields> = {}, by: KeyObject = ca): Buffer {
  return signed(encodeToBeSigned({ ...fields, ...changes }, Buffer.alloc(32, 7)), by);
}

/** A certificate with any bytes where they must not be, signed by the right CA all the same. */
function forged(parts: {
  principals?: Buffer;
  critical?: Buffer;
  extensions?: Buffer;
  caKey?: Buffer;
  kind?: number;
  point?: Buffer;
  type?: string;
}): Buffer {
  const toBeSigned = new SshWriter()
    .string(parts.type ?? 'ssh-ed25519-cert-v01@openssh.com')
    .string(Buffer.alloc(32))
    .string(parts.point ?? Buffer.alloc(32, 9))
    .uint64(1n)
    .uint32(parts.kind ?? 1)
    .string('id')
    .string(parts.principals ?? new SshWriter().string('deploy@db-1').bytes())
    .uint64(BigInt(NOW - 30))
    .uint64(BigInt(NOW + 270))
    .string(parts.critical ?? '')
    .string(parts.extensions ?? '')
    .string('')
    .string(parts.caKey ?? ed25519Blob(ca))
    .bytes();
  return signed(toBeSigned);
}

const flag = (name: string) => new SshWriter().string(name).string('').bytes();

describe('a certificate', () => {
  it('says what was put into it', () => {
    const parsed = parseCertificate(certificate());
    expect(parsed).toMatchObject({ ...fields, extensions: expect.anything(), criticalOptions: new Map() });
    expect([...parsed.extensions]).toEqual([
      ['grant@sallyport.dev', 'g1'],
      ['permit-pty', ''],
    ]);
  });

  it('is never made without principals, with an empty one, or with a short nonce', () => {
    expect(() => encodeToBeSigned({ ...fields, principals: [] }, Buffer.alloc(32))).toThrow(/without principals/);
    expect(() => encodeToBeSigned({ ...fields, principals: [''] }, Buffer.alloc(32))).toThrow(/empty principal/);
    expect(() => encodeToBeSigned(fields, Buffer.alloc(8))).toThrow(/nonce/);
  });

  it.each([
    ['bytes after its signature', Buffer.concat([certificate(), Buffer.from([0])])],
    ['its last byte missing', certificate().subarray(0, -1)],
    ['another type', forged({ type: 'ssh-rsa-cert-v01@openssh.com' })],
    ['a key of 31 bytes', forged({ point: Buffer.alloc(31) })],
    ['a kind that does not exist', forged({ kind: 3 })],
    ['a CA key that is itself a certificate', forged({ caKey: certificate() })],
    ['a CA key with bytes after it', forged({ caKey: Buffer.concat([ed25519Blob(ca), Buffer.from([0])]) })],
    ['options out of order', forged({ extensions: Buffer.concat([flag('permit-pty'), flag('a')]) })],
    ['an option twice', forged({ extensions: Buffer.concat([flag('permit-pty'), flag('permit-pty')]) })],
    [
      'option data that is not a string in a string',
      forged({ critical: new SshWriter().string('force-command').string('ls').bytes() }),
    ],
    [
      'bytes after the string in the option data',
      forged({
        critical: new SshWriter().string('force-command').string(new SshWriter().string('ls').byte(0).bytes()).bytes(),
      }),
    ],
    ['principals that break off', forged({ principals: Buffer.from([0, 0, 0, 9, 65]) })],
  ])('cannot be read with %s', (_what, blob) => {
    expect(() => parseCertificate(blob)).toThrow(SshFormatError);
    expect(verifyCertificate(blob, { kind: 'user', trusted: [ed25519Blob(ca)], now: NOW * 1000 })).toMatchObject({
      ok: false,
      fault: 'certificate-malformed',
    });
  });
});

describe('verifying a certificate', () => {
  const rules: CertificateRules = {
    kind: 'user',
    trusted: [ed25519Blob(ca)],
    now: NOW * 1000,
    principal: 'deploy@db-1',
  };

  it('accepts the right one, also while the CA key rotates', () => {
    expect(verifyCertificate(certificate(), rules).ok).toBe(true);
    const both = [ed25519Blob(otherCa), ed25519Blob(ca)];
    expect(verifyCertificate(certificate(), { ...rules, trusted: both }).ok).toBe(true);
  });

  it.each<[string, Buffer, Partial<CertificateRules>]>([
    ['certificate-of-another-ca', certificate({ caKey: ed25519Blob(otherCa) }, otherCa), {}],
    ['certificate-signature', certificate({}, otherCa), {}],
    ['certificate-kind', certificate({ kind: 'host' }), {}],
    ['certificate-without-principals', forged({ principals: Buffer.alloc(0) }), {}],
    ['certificate-without-principals', forged({ principals: new SshWriter().string('').bytes() }), {}],
    ['certificate-principal', certificate({ principals: ['deploy@db-2'] }), {}],
    ['certificate-principal', certificate({ principals: ['deploy'] }), {}],
    ['certificate-option-unknown', certificate({ criticalOptions: new Map([['force-command', 'ls']]) }), {}],
    ['certificate-not-yet-valid', certificate({ validAfter: NOW + 1 }), {}],
    ['certificate-expired', certificate({ validBefore: NOW }), {}],
    ['certificate-expired', certificate(), { now: (NOW + 270) * 1000 }],
    ['certificate-of-another-ca', certificate(), { trusted: [] }],
  ])('refuses with %s', (fault, blob, changes) => {
    const verdict = verifyCertificate(blob, { ...rules, ...changes });
    expect(verdict).toMatchObject({ ok: false, fault });
    expect(verdict.ok || verdict.message).toMatch(/^[A-Z].*\.$/);
  });

  it('accepts a critical option that the caller enforces', () => {
    const blob = certificate({ criticalOptions: new Map([['gateway-only@sallyport.dev', '']]) });
    expect(verifyCertificate(blob, { ...rules, knownCriticalOptions: ['gateway-only@sallyport.dev'] }).ok).toBe(true);
  });

  it('is valid up to the millisecond before its end', () => {
    expect(verifyCertificate(certificate(), { ...rules, now: (NOW + 270) * 1000 - 1 }).ok).toBe(true);
  });

  it('does not survive a change of any byte', () => {
    const blob = certificate();
    for (let at = 0; at < blob.length; at += 1) {
      const changed = Buffer.from(blob);
      changed[at]! ^= 1;
      expect(verifyCertificate(changed, rules).ok, `byte ${at}`).toBe(false);
    }
  });

  it('shows an end beyond all calendars without failing', () => {
    const blob = certificate({ validAfter: Number.MAX_SAFE_INTEGER - 1, validBefore: Number.MAX_SAFE_INTEGER });
    expect(verifyCertificate(blob, rules)).toMatchObject({ fault: 'certificate-not-yet-valid' });
  });
});
