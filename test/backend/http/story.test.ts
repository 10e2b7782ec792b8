import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { startTestBackend, type TestBackend } from '../../support/backend.ts';

let backend: TestBackend;
beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.dispose());

const publicKey = (): string => formatKeyLine(ed25519Blob(generateKeyPairSync('ed25519').publicKey));

test('somebody asks, two groups approve, a certificate is signed, and the grant is cut when it is revoked', async () => {
  const erin = await backend.signIn('erin');
  const dana = await backend.signIn('dana');
  const sam = await backend.signIn('sam');
  const uma = await backend.signIn('uma');
  const danaHears = await dana.events();
  await danaHears.until((e) => e.kind === 'heartbeat');
  const erinHears = await erin.events();
  await erinHears.until((e) => e.kind === 'heartbeat');

  const ask = { target: 'db-1', login: 'postgres', durationSeconds: 60, reason: 'slow query' };
  const dry = await erin.call('requests.dryRun', { body: ask });
  expect(dry.needs.map((need) => need.online.map((p) => p.name))).toEqual([['Dana Novak'], []]);

  const request = await erin.call('requests.create', { body: ask });
  expect(request).toMatchObject({ state: 'pending', role: 'production', grantId: null });
  await danaHears.until((e) => e.kind === 'request-changed' && e.request.id === request.id);

  const half = await dana.call('requests.decide', {
    params: { id: request.id },
    body: { verdict: 'approve', revision: 1 },
  });
  expect(half.state).toBe('pending');
  const whole = await sam.call('requests.decide', {
    params: { id: request.id },
    body: { verdict: 'approve', revision: 1, durationSeconds: 45 },
  });
  expect(whole.state).toBe('approved');
  const given = await erinHears.until((e) => e.kind === 'grant-changed');
  if (given.kind !== 'grant-changed') throw new Error();
  expect(given.grant.endsAt - given.grant.startsAt).toBe(45_000);

  const params = { id: given.grant.id };
  const certificate = await erin.call('grants.certificate', { params, body: { publicKey: publicKey() } });
  expect(certificate.username).toBe('postgres@db-1');
  expect(certificate.validBefore).toBeLessThanOrEqual(given.grant.endsAt);

  await dana.call('grants.revoke', { params, body: { reason: 'wrong database' } });
  await erinHears.until((e) => e.kind === 'grant-changed' && e.grant.status.state === 'ended');
  expect(await erin.refusal('grants.certificate', { params, body: { publicKey: publicKey() } })).toBe('grant-not-live');

  const { entries } = await uma.call('audit.list', { query: {} });
  expect(entries.map((e) => e.seq)).toEqual(entries.map((_, i) => i + 1));
  expect(entries.map((e) => e.kind)).toEqual(
    expect.arrayContaining([
      'request.created',
      'decision.made',
      'grant.given',
      'certificate.issued',
      'grant.ended',
      'certificate.refused',
    ]),
  );
});
