import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type CertificateRequest, issueUserCertificate } from '../../../backend/ca/issue.ts';
import type { Signer } from '../../../backend/ca/signer.ts';
import { judgeLogin, type LoginTry } from '../../../backend/gateway/authenticate.ts';
import { GATEWAY_ONLY_OPTION, GRANT_EXTENSION } from '../../../protocol/ssh/names.ts';
import { ed25519Blob } from '../../../protocol/ssh/public-key.ts';
import { ed25519SignatureBlob } from '../../../protocol/ssh/signature.ts';

function signerOf(key: KeyObject): Signer {
  return { publicBlob: ed25519Blob(key), sign: async (data) => sign(null, data, key) };
}
const ca = signerOf(generateKeyPairSync('ed25519').privateKey);
const otherCa = signerOf(generateKeyPairSync('ed25519').privateKey);
const person = generateKeyPairSync('ed25519').privateKey;
const somebodyElse = generateKeyPairSync('ed25519').privateKey;
const NOW = 1_800_000_000_000;
const clock = { now: () => NOW, monotonic: () => 0 };
const toSign = Buffer.from('session id and request');

interface Case {
  username?: string;
  request?: Partial<CertificateRequest>;
  ca?: Signer;
  signature?: Buffer | undefined;
  now?: number;
}

async function judge(change: Case) {
  const issued = await issueUserCertificate(change.ca ?? ca, clock, {
    publicKey: ed25519Blob(person),
    principals: ['deploy@db-1'],
    keyId: 'id',
    endsAt: NOW + 600_000,
    criticalOptions: { [GATEWAY_ONLY_OPTION]: '' },
    extensions: { [GRANT_EXTENSION]: 'g1' },
    ...change.request,
  });
  const attempt: LoginTry = {
    username: change.username ?? 'deploy@db-1',
    method: 'publickey',
    key: { algo: 'ssh-ed25519-cert-v01@openssh.com', data: issued.blob },
    blob: toSign,
    signature: 'signature' in change ? (change.signature as Buffer) : ed25519SignatureBlob(sign(null, toSign, person)),
  };
  return judgeLogin(attempt, [ca.publicBlob], change.now ?? NOW);
}

describe('judging a login', () => {
  it('takes the right certificate with a signature by its key, and reads the grant from it', async () => {
    expect(await judge({})).toMatchObject({
      is: 'proved',
      claim: { grantId: 'g1', login: 'deploy', target: 'db-1', certificate: { keyId: 'id' } },
    });
  });

  it('asks for the signature when a client only asks whether the certificate would do', async () => {
    expect(await judge({ signature: undefined })).toEqual({ is: 'acceptable' });
  });

  it('splits the user name at its first @', async () => {
    const name = 'deploy@db-1@eu';
    expect(await judge({ username: name, request: { principals: [name] } })).toMatchObject({
      claim: { login: 'deploy', target: 'db-1@eu' },
    });
  });

  it.each<[string, Case, string]>([
    ['a certificate of another CA', { ca: otherCa }, 'certificate-of-another-ca'],
    ['a certificate for another login', { username: 'root@db-1' }, 'certificate-principal'],
    ['a certificate for another target', { username: 'deploy@db-2' }, 'certificate-principal'],
    ['an expired certificate', { now: NOW + 300_000 }, 'certificate-expired'],
    ['a certificate that is not valid yet', { now: NOW - 3_600_000 }, 'certificate-not-yet-valid'],
    ['a certificate that opens targets', { request: { criticalOptions: {} } }, 'certificate-purpose'],
    ['a certificate that names no grant', { request: { extensions: {} } }, 'certificate-without-grant'],
    [
      'a critical option it does not know',
      { request: { criticalOptions: { [GATEWAY_ONLY_OPTION]: '', 'force-command': 'ls' } } },
      'certificate-option-unknown',
    ],
    ['a user name with a NUL, which no audit log can hold', { username: 'root\0@db-1' }, 'username'],
    ['a user name that fills the audit log', { username: `root@${'x'.repeat(300)}` }, 'username'],
    ['a user name without target', { username: 'deploy', request: { principals: ['deploy'] } }, 'username'],
    ['a user name without login', { username: '@db-1', request: { principals: ['@db-1'] } }, 'username'],
    ['a signature by another key', { signature: ed25519SignatureBlob(sign(null, toSign, somebodyElse)) }, 'signature'],
    [
      'a signature over something else',
      { signature: ed25519SignatureBlob(sign(null, Buffer.from('else'), person)) },
      'signature',
    ],
    ['a signature without its frame', { signature: sign(null, toSign, person) }, 'signature'],
    ['an empty signature', { signature: Buffer.alloc(0) }, 'signature'],
  ])('refuses %s', async (_what, change, code) => {
    const verdict = await judge(change);
    expect(verdict).toMatchObject({ is: 'refused', code });
    expect(verdict.is === 'refused' && verdict.message).toMatch(/^[A-Z].*\.$/);
  });

  it('keeps for the audit log what a refused certificate says of itself', async () => {
    expect(await judge({ ca: otherCa })).toMatchObject({ grantId: 'g1', certificate: { keyId: 'id' } });
  });

  it('keeps no more of it than the audit log can hold', async () => {
    const extensions = { [GRANT_EXTENSION]: 'g'.repeat(5_000) };
    const verdict = await judge({ ca: otherCa, request: { extensions } });
    expect(verdict.is === 'refused' && verdict.grantId).toHaveLength(512);
  });

  it('refuses bytes that are no certificate', () => {
    const key = { algo: 'ssh-ed25519-cert-v01@openssh.com', data: Buffer.from('noise') };
    expect(judgeLogin({ username: 'a@b', method: 'publickey', key }, [ca.publicBlob], NOW)).toMatchObject({
      ...{ is: 'refused', code: 'certificate-malformed', certificate: null, grantId: null },
    });
  });

  it.each([
    ['no key', { username: 'a@b', method: 'none' }],
    ['a password', { username: 'a@b', method: 'password' }],
    [
      'a plain key, even that of a certificate',
      { username: 'a@b', method: 'publickey', key: { algo: 'ssh-ed25519', data: ed25519Blob(person) } },
    ],
  ])('does not look at %s', (_what, attempt) => {
    expect(judgeLogin(attempt, [ca.publicBlob], NOW)).toEqual({ is: 'other' });
  });
});
