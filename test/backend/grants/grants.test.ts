import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../protocol/errors.ts';
import type { AuditKind } from '../../../protocol/model/audit.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { parseCertificate } from '../../../protocol/ssh/certificate.ts';
import { ed25519Blob, formatKeyLine, parseKeyLine } from '../../../protocol/ssh/public-key.ts';
import { startTestBackend, TEST_POLICY, type TestBackend, type TestClient } from '../../support/backend.ts';

type Who = 'erin' | 'enzo' | 'dana' | 'sam' | 'uma' | 'ada';
let backend: TestBackend;
const people = {} as Record<Who, TestClient>;
beforeAll(async () => {
  backend = await startTestBackend();
  for (const who of ['erin', 'enzo', 'dana', 'sam', 'uma', 'ada'] as const) people[who] = await backend.signIn(who);
});
afterAll(() => backend.dispose());

const keyLine = (): string => formatKeyLine(ed25519Blob(generateKeyPairSync('ed25519').publicKey));

async function given(durationSeconds = 600): Promise<Grant> {
  const body = { target: 'web-1', login: 'deploy', durationSeconds, reason: 'x' };
  const { id } = await people.erin.call('requests.create', { body });
  const { grantId } = await people.dana.call('requests.decide', {
    params: { id },
    body: { verdict: 'approve', revision: 1 },
  });
  const { grants } = await people.erin.call('overview.show', {});
  const grant = grants.find((g) => g.id === grantId);
  if (!grant) throw new Error('No grant was given.');
  return grant;
}

async function lastAudit(kind: AuditKind) {
  const { entries } = await people.uma.call('audit.list', { query: { limit: 1000 } });
  return entries.filter((entry) => entry.kind === kind).at(-1);
}

const certify = (who: Who, id: string, publicKey = keyLine()) =>
  people[who].call('grants.certificate', { params: { id }, body: { publicKey } });

describe('a certificate', () => {
  test('is for the holder’s key, this login and target, minutes long, and written down', async () => {
    const grant = await given();
    const line = keyLine();
    const reply = await certify('erin', grant.id, line);
    const certificate = parseCertificate(parseKeyLine(reply.certificate).blob);
    expect(certificate.publicKey.equals(parseKeyLine(line).blob)).toBe(true);
    expect(certificate.principals).toEqual(['deploy@web-1']);
    expect(reply.validBefore - reply.validAfter).toBeLessThanOrEqual(300_000);
    expect(reply.endpoint).toMatchObject({
      kind: 'gateway',
      port: backend.gateway.port,
      hostKeys: backend.gateway.hostKeys,
    });
    const entry = await lastAudit('certificate.issued');
    expect(entry).toMatchObject({ subject: grant.id, actor: people.erin.id, details: { serial: reply.serial } });
  });

  test('never outlives its grant', async () => {
    const grant = await given(30);
    expect((await certify('erin', grant.id)).validBefore).toBeLessThanOrEqual(grant.endsAt);
  });

  test.each<[string, Who]>([
    ['a colleague', 'enzo'],
    ['the approver', 'dana'],
    ['an admin', 'ada'],
  ])('is not given to %s, and the attempt is written down', async (_, who) => {
    const grant = await given();
    await expect(certify(who, grant.id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await lastAudit('certificate.refused')).toMatchObject({
      subject: grant.id,
      actor: people[who].id,
      code: 'not-found',
    });
  });

  test.each<[string, string, RegExp]>([
    ['no key', '', /not a public key/],
    ['words', 'hello world', /not a public key/],
    [
      'another kind of key',
      `ssh-rsa ${Buffer.from('\0\0\0\x07ssh-rsa\0\0\0\x01\x03', 'latin1').toString('base64')}`,
      /cannot be certified/,
    ],
    ['two lines', `${keyLine()}\n${keyLine()}`, /not a public key/],
    [
      'a key of another length',
      `ssh-ed25519 ${Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x02ab', 'latin1').toString('base64')}`,
      /cannot be certified/,
    ],
    [
      'bytes after the key',
      `ssh-ed25519 ${Buffer.concat([parseKeyLine(keyLine()).blob, Buffer.from('x')]).toString('base64')}`,
      /cannot be certified/,
    ],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----', /not a public key/],
  ])('is not given for %s', async (_, publicKey, sentence) => {
    const grant = await given();
    const attempt = certify('erin', grant.id, publicKey);
    await expect(attempt).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(sentence) });
    expect(await lastAudit('certificate.refused')).toMatchObject({ subject: grant.id, code: 'invalid-input' });
  });

  test('of a certificate is not given', async () => {
    const grant = await given();
    const { certificate } = await certify('erin', grant.id);
    await expect(certify('erin', grant.id, certificate)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('is not given when the target has left the policy', async () => {
    const grant = await given();
    await writeFile(
      backend.policyFile,
      TEST_POLICY.replace(/ {2}- \{ name: web-1.*\n/, '').replace(/ {2}- name: staging\n(?: {4}.*\n)+/, ''),
    );
    expect(await backend.reloadPolicy()).toBeUndefined();
    await expect(certify('erin', grant.id)).rejects.toMatchObject({
      code: 'grant-not-live',
      message: expect.stringMatching(/no longer in the policy/),
    });
    await writeFile(backend.policyFile, TEST_POLICY);
    expect(await backend.reloadPolicy()).toBeUndefined();
  });
});

describe('ending a grant', () => {
  test.each<[string, Who, 'grants.release' | 'grants.revoke', ErrorCode]>([
    ['a colleague releasing it', 'enzo', 'grants.release', 'not-found'],
    ['an approver releasing it', 'dana', 'grants.release', 'not-allowed'],
    ['an auditor revoking it', 'uma', 'grants.revoke', 'not-found'],
    ['a colleague revoking it', 'enzo', 'grants.revoke', 'not-found'],
    ['its holder revoking it', 'erin', 'grants.revoke', 'not-allowed'],
  ])('%s is refused and written down', async (_, who, name, code) => {
    const grant = await given();
    const call = { params: { id: grant.id }, body: { reason: 'x' } };
    expect(await people[who].refusal(name, call)).toBe(code);
    expect(await lastAudit('grant.end-refused')).toMatchObject({ subject: grant.id, actor: people[who].id, code });
    await certify('erin', grant.id);
  });

  test.each<[string, Who, 'grants.release' | 'grants.revoke', string]>([
    ['its holder', 'erin', 'grants.release', 'released'],
    ['an approver', 'dana', 'grants.revoke', 'revoked'],
    ['another approver', 'sam', 'grants.revoke', 'revoked'],
    ['an admin', 'ada', 'grants.revoke', 'revoked'],
  ])('%s ends it, and it stays ended', async (_, who, name, reason) => {
    const grant = await given();
    const call = { params: { id: grant.id }, body: { reason: 'enough of it' } };
    const after = await people[who].call(name, call);
    expect(after.status).toMatchObject({ state: 'ended', reason, by: { id: people[who].id } });
    expect(await people[who].refusal(name, call)).toBe('wrong-state');
    await expect(certify('erin', grant.id)).rejects.toMatchObject({ code: 'grant-not-live' });
    expect(await lastAudit('grant.ended')).toMatchObject({ subject: grant.id, details: { reason } });
  });

  test('many at once end it once', async () => {
    const grant = await given();
    const call = { params: { id: grant.id }, body: { reason: 'x' } };
    const answers = await Promise.allSettled([
      people.erin.call('grants.release', call),
      people.dana.call('grants.revoke', call),
      people.sam.call('grants.revoke', call),
      people.ada.call('grants.revoke', call),
    ]);
    expect(answers.filter((a) => a.status === 'fulfilled')).toHaveLength(1);
  });

  test('certificates and a revocation at the same moment: none is given after it', async () => {
    const grant = await given();
    const call = { params: { id: grant.id }, body: { reason: 'x' } };
    await Promise.allSettled([
      ...Array.from({ length: 6 }, () => certify('erin', grant.id)),
      people.dana.call('grants.revoke', call),
      ...Array.from({ length: 6 }, () => certify('erin', grant.id)),
    ]);
    const { entries } = await people.uma.call('audit.list', { query: { limit: 1000 } });
    const mine = entries.filter((e) => e.subject === grant.id && /^(certificate.issued|grant.ended)$/.test(e.kind));
    expect(mine.at(-1)?.kind).toBe('grant.ended');
  });
});
