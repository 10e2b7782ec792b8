import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCertificate } from '../../../protocol/ssh/certificate.ts';
import { parseKeyLine } from '../../../protocol/ssh/public-key.ts';
import { Stage, type Who } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage.dispose());

describe('access that begins later', () => {
  const inAnHour = () => stage.clock.now() + 3_600_000;

  test('is scheduled, ends so long after its start, and has no certificate before it', async () => {
    const startsAt = inAnHour();
    const grant = await stage.given({ startsAt, durationSeconds: 60 });
    expect(grant).toMatchObject({
      startsAt,
      endsAt: startsAt + 60_000,
      status: { state: 'scheduled' },
      extension: null,
    });
    await expect(stage.certify(grant.id)).rejects.toMatchObject({
      code: 'grant-not-live',
      message: expect.stringMatching(/not begun yet: it does at \d{4}-\d\d-\d\d \d\d:\d\d UTC/),
    });
    expect(await stage.audit(grant.id, 'certificate.refused')).toHaveLength(1);
    expect(await stage.audit(grant.id, 'grant.started')).toEqual([]);
  });

  test('begins at approval when it is approved later than that', async () => {
    const request = await stage.ask({ startsAt: stage.clock.now() + 5_000 });
    stage.clock.forward(6_000);
    const { grantId } = await stage.approve(request);
    const grant = await stage.grant(grantId ?? '');
    expect(grant.startsAt).toBeGreaterThan(request.startsAt ?? 0);
    expect(grant).toMatchObject({ endsAt: grant.startsAt + 60_000, status: { state: 'live' } });
    expect(await stage.audit(grant.id, 'grant.started')).toEqual([]);
    await stage.certify(grant.id);
  });

  test('begins by itself, which is announced once', async () => {
    const stream = await stage.people.erin.events();
    await stream.until((event) => event.kind === 'heartbeat');
    const { id } = await stage.given({ startsAt: stage.clock.now() + 30_000 });
    const live = () =>
      stream.until((e) => e.kind === 'grant-changed' && e.grant.id === id && e.grant.status.state === 'live');
    stage.clock.forward(29_500);
    expect(await live()).toMatchObject({ grant: { id, extension: { left: 2 } } });
    await stage.certify(id);
    expect(await stage.audit(id, 'grant.started')).toHaveLength(1);
    stream.close();
  });

  test.each<[string, Who, 'grants.release' | 'grants.revoke', string]>([
    ['its holder', 'erin', 'grants.release', 'released'],
    ['an approver', 'dana', 'grants.revoke', 'revoked'],
  ])('can be ended by %s before it begins, and does not begin then', async (_, who, name, reason) => {
    const { id, startsAt } = await stage.given({ startsAt: stage.clock.now() + 30_000 });
    const call = { params: { id }, body: { reason: 'not needed' } };
    const ended = await stage.people[who].call(name, call);
    expect(ended.status).toMatchObject({ state: 'ended', reason });
    stage.clock.forward(31_000);
    const other = await stage.given({ startsAt: stage.clock.now() + 1_000 });
    expect(other.startsAt).toBeGreaterThan(startsAt);
    await expect.poll(() => stage.audit(other.id, 'grant.started'), { timeout: 5_000 }).toHaveLength(1);
    expect(await stage.audit(id, 'grant.started')).toEqual([]);
    await expect(stage.certify(id)).rejects.toMatchObject({ code: 'grant-not-live' });
  });
});

describe('access that drains', () => {
  test('gives no certificate any more, is live to those who look, and can still be revoked', async () => {
    const { id, endsAt, drainSeconds } = await stage.given({ target: 'slow-1', durationSeconds: 30 });
    expect(drainSeconds).toBe(60);
    stage.clock.forward(30_500);
    await expect(stage.certify(id)).rejects.toMatchObject({
      code: 'grant-not-live',
      message: expect.stringMatching(/may go on until .* nothing new/),
    });
    expect(await stage.grant(id)).toMatchObject({ endsAt, status: { state: 'live' }, extension: null });
    const ended = await stage.people.dana.call('grants.revoke', { params: { id }, body: { reason: 'enough' } });
    expect(ended.status).toMatchObject({ reason: 'revoked' });
  });

  test('is over when it has drained', async () => {
    const { id, endsAt } = await stage.given({ target: 'slow-1', durationSeconds: 30 });
    stage.clock.forward(90_500);
    const status = async () => (await stage.grant(id)).status;
    await expect.poll(status, { timeout: 5_000 }).toMatchObject({ state: 'ended', reason: 'expired' });
    expect(await status()).toMatchObject({ endedAt: expect.toSatisfy((at: number) => at >= endsAt + 60_000) });
  });
});

describe('access to a target without a gateway', () => {
  test('has a certificate for the account itself, by the CA for such targets, and the address and keys of the target', async () => {
    const { id, endsAt } = await stage.given({ target: 'near-1' });
    const reply = await stage.certify(id);
    expect(reply).toMatchObject({ username: 'deploy', endpoint: { kind: 'direct', host: '192.0.2.7', port: 2200 } });
    expect(reply.endpoint.hostKeys).toEqual([expect.stringMatching(/^ssh-ed25519 /)]);
    const certificate = parseCertificate(parseKeyLine(reply.certificate).blob);
    expect(certificate.principals).toEqual(['deploy']);
    expect(certificate.criticalOptions.size).toBe(0);
    expect([...certificate.extensions.keys()]).toEqual(['grant@sallyport.dev', 'permit-port-forwarding', 'permit-pty']);
    expect(certificate.caKey.equals(stage.backend.keys.directCa.publicBlob)).toBe(true);
    expect(certificate.caKey.equals(stage.backend.keys.userCa.publicBlob)).toBe(false);
    expect(reply.validBefore).toBeLessThanOrEqual(endsAt);
    expect(reply.validBefore - reply.validAfter).toBeLessThanOrEqual(300_000);
    expect(await stage.audit(id, 'certificate.issued')).toMatchObject([{ details: { principals: ['deploy'] } }]);
  });
});
