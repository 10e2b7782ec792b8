import { describe, expect, it } from 'vitest';
import type { Call } from '../../../main/connection/call.ts';
import { BackendClock } from '../../../main/grants/backend-clock.ts';
import { Certificates } from '../../../main/grants/certificates.ts';
import { type EndedGrant, Grants } from '../../../main/grants/grants.ts';
import { Keys } from '../../../main/keys.ts';
import type { CertificateReply } from '../../../protocol/api/routes.ts';
import { AppError } from '../../../protocol/errors.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { ed25519Blob, formatKeyLine, parseKeyLine } from '../../../protocol/ssh/public-key.ts';
import { dana, ended, grant, NOW, newStore, overview, signedIn, silentLog } from '../examples.ts';
import { FakeTime } from '../fake-time.ts';
import { certify } from './certify.ts';

const g = grant();
const CERTIFICATE_MS = 300_000;

function setUp({ endsAt = NOW + 3_600_000 } = {}) {
  const time = new FakeTime();
  const store = newStore(signedIn());
  const keys = new Keys();
  const cuts: EndedGrant[] = [];
  const claims: string[] = [];
  const backend = { claim: (line: string) => Promise.resolve(replyFor(line)) };
  const replyFor = (line: string, publicKey = parseKeyLine(line).blob): CertificateReply => ({
    certificate: formatKeyLine(certify(publicKey, time.now(), CERTIFICATE_MS)),
    serial: String(claims.length),
    validAfter: time.now(),
    validBefore: Math.min(time.now() + CERTIFICATE_MS, endsAt),
    now: time.now(),
    grant: g,
    endpoint: { kind: 'gateway', host: '127.0.0.1', port: 22, hostKeys: ['x'] },
    username: 'deploy@db-1',
  });
  const certificates = new Certificates({
    ...{ keys, clock: time, scheduler: time, log: silentLog },
    claim: (_id, line) => {
      claims.push(line);
      return backend.claim(line);
    },
  });
  const backendClock = new BackendClock(time, time.boot);
  const grants = new Grants({
    ...{ store, keys, certificates, clock: time, backendClock, scheduler: time, every: time.every },
    call: (async () => grant({ endsAt, status: ended('released') })) as unknown as Call,
    onEnded: (end) => cuts.push(end),
  });
  store.apply({ kind: 'grant-changed', grant: grant({ endsAt }) });
  const stands = () => store.state.grants.get(g.id)?.status;
  const keyState = () => store.state.keys.get(g.id)?.key;
  return { backendClock, time, store, keys, cuts, claims, backend, replyFor, grants, stands, keyState };
}

const notLive = { code: 'grant-not-live' };

describe('a credential', () => {
  it('is claimed at the first use, with a key that was made then', async () => {
    const { grants, keys, claims, keyState } = setUp();
    expect(keys.has(g.id)).toBe(false);
    const credential = await grants.credential(g.id);
    expect(credential).toMatchObject({ username: 'deploy@db-1' });
    expect(claims).toHaveLength(1);
    expect(keyState()).toBe('held');
  });

  it('is claimed once when two ask at the same time', async () => {
    const { grants, claims } = setUp();
    await Promise.all([grants.credential(g.id), grants.credential(g.id)]);
    expect(claims).toHaveLength(1);
  });

  it('is renewed with the same key, a minute before it runs out', async () => {
    const { grants, claims, time } = setUp();
    await grants.credential(g.id);
    time.pass(CERTIFICATE_MS - 61_000);
    expect(claims).toHaveLength(1);
    time.pass(1_000);
    expect(claims).toHaveLength(2);
    expect(claims[1]).toBe(claims[0]);
  });

  it('is not renewed any more after the grant has ended', async () => {
    const { grants, claims, time, store } = setUp();
    await grants.credential(g.id);
    store.apply({ kind: 'grant-changed', grant: grant({ status: ended('revoked') }) });
    time.pass(2 * CERTIFICATE_MS);
    expect(claims).toHaveLength(1);
  });

  it.each<[string, (parts: ReturnType<typeof setUp>) => void]>([
    ['that has expired', ({ time }) => time.pass(3_600_000)],
    ['that expired while the computer slept', ({ time }) => time.sleep(3_600_001)],
    [
      'that was revoked',
      ({ store }) => store.apply({ kind: 'grant-changed', grant: grant({ status: ended('revoked') }) }),
    ],
    [
      'of somebody who signed out',
      ({ store }) => store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: null } }),
    ],
    [
      'that the backend no longer lists',
      ({ store }) => store.apply({ kind: 'overview', overview: overview(), clockSkewMs: 0 }),
    ],
  ])('is not given for a grant %s, and nothing is claimed', async (_name, happens) => {
    const parts = setUp();
    happens(parts);
    await expect(parts.grants.credential(g.id)).rejects.toMatchObject(notLive);
    expect(parts.claims).toEqual([]);
  });

  it('is not given for the grant of another', async () => {
    const { grants, store, claims } = setUp();
    const other = grant({ id: 'gra_other00001', requester: { id: dana.id, name: dana.name, email: dana.email } });
    store.apply({ kind: 'grant-changed', grant: other });
    await expect(grants.credential(other.id)).rejects.toMatchObject(notLive);
    expect(claims).toEqual([]);
  });

  it('is not given, nor renewed later, when the grant ends while it is being claimed', async () => {
    const { time, grants, claims, backend, store, keys, replyFor, keyState } = setUp();
    backend.claim = async (line) => {
      store.apply({ kind: 'grant-changed', grant: grant({ status: ended('revoked') }) });
      return replyFor(line);
    };
    await expect(grants.credential(g.id)).rejects.toMatchObject(notLive);
    expect(keys.has(g.id)).toBe(false);
    expect(keyState()).toBe('destroyed');
    time.pass(2 * CERTIFICATE_MS);
    expect(claims).toHaveLength(1);
  });

  it('is not used when the certificate is for another key', async () => {
    const { grants, backend, replyFor, keys, keyState } = setUp();
    backend.claim = async (line) =>
      replyFor(line, ed25519Blob((await import('node:crypto')).generateKeyPairSync('ed25519').publicKey));
    await expect(grants.credential(g.id)).rejects.toMatchObject({ code: 'unavailable' });
    expect(keys.has(g.id)).toBe(false);
    expect(keyState()).toBe('none');
  });

  it.each(['', 'nonsense', 'ssh-ed25519 AAAA'])('is not used when the certificate reads %j', async (certificate) => {
    const { grants, backend, replyFor } = setUp();
    backend.claim = async (line) => ({ ...replyFor(line), certificate });
    await expect(grants.credential(g.id)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('says why it could not be claimed, and can be claimed later', async () => {
    const { grants, backend, replyFor, store, keys } = setUp();
    backend.claim = () => Promise.reject(new AppError('offline', 'Not reachable.'));
    await expect(grants.credential(g.id)).rejects.toMatchObject({ code: 'offline' });
    expect(store.state.keys.get(g.id)).toMatchObject({ key: 'none', problem: { message: 'Not reachable.' } });
    expect(keys.has(g.id)).toBe(false);
    backend.claim = async (line) => replyFor(line);
    await grants.credential(g.id);
  });
});

describe('the end of a grant', () => {
  const expire = ({ time }: ReturnType<typeof setUp>) => time.pass(3_600_000);
  const revoke = ({ store }: ReturnType<typeof setUp>) =>
    store.apply({ kind: 'grant-changed', grant: grant({ status: ended('revoked', 'not needed') }) });

  it.each<[string, ((parts: ReturnType<typeof setUp>) => void)[], RegExp]>([
    ['by this app’s clocks', [expire], /^access ended \d\d:\d\d: its time is over$/],
    ['by the backend', [revoke], /: revoked by Dana \(not needed\)$/],
    ['by the clocks, and then by the backend', [expire, revoke], /its time is over$/],
    ['by the backend, and then by the clocks', [revoke, expire], /revoked by Dana/],
    ['by the backend twice', [revoke, revoke], /revoked by Dana/],
  ])('%s destroys the key and cuts once', async (_name, ends, sentence) => {
    const parts = setUp();
    const credential = await parts.grants.credential(g.id);
    for (const end of ends) end(parts);
    expect(parts.cuts).toHaveLength(1);
    expect(parts.cuts[0]?.sentence).toMatch(sentence);
    expect(parts.keys.has(g.id)).toBe(false);
    expect(parts.keyState()).toBe('destroyed');
    expect(() => credential.sign(Buffer.from('x'))).toThrow(expect.objectContaining(notLive));
    expect(parts.grants.mayUse(g.id)).toBe(false);
  });

  it('is final, whatever the backend said before it', async () => {
    const parts = setUp();
    revoke(parts);
    parts.store.apply({ kind: 'grant-changed', grant: grant({ endsAt: NOW + 9e6 }) });
    expect(parts.grants.mayUse(g.id)).toBe(false);
    expect(parts.stands()).toMatchObject({ state: 'ended', reason: 'revoked' });
  });

  it('after a wrong clock is taken back by the backend, with another key', async () => {
    const parts = setUp();
    await parts.grants.credential(g.id);
    parts.time.setWall(7_200_000);
    parts.time.pass(10);
    expect(parts.stands()).toMatchObject({ state: 'ended', reason: 'expired' });
    parts.backendClock.answered(NOW, parts.backendClock.moment());
    const fresh = overview({ grants: [grant({ endsAt: NOW + 3_600_000 })], now: NOW });
    parts.store.apply({ kind: 'overview', overview: fresh, clockSkewMs: NOW - parts.time.now() });
    expect(parts.grants.mayUse(g.id)).toBe(true);
    await parts.grants.credential(g.id);
    expect(parts.claims[1]).not.toBe(parts.claims[0]);
  });

  it('is seen on resume before anything else, and only once though resume is told twice', () => {
    const parts = setUp();
    parts.time.sleep(3_600_001);
    expect(parts.grants.mayUse(g.id)).toBe(false);
    parts.grants.check();
    parts.grants.check();
    expect(parts.cuts).toHaveLength(1);
  });

  it('says "you signed out" to whoever did', () => {
    const parts = setUp();
    parts.store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: null } });
    expect(parts.cuts).toMatchObject([{ reason: null, sentence: expect.stringMatching(/: you signed out$/) }]);
  });

  it('is not told for grants of others', () => {
    const parts = setUp();
    const { id, name, email } = dana;
    const other = { id: 'gra_other00001', requester: { id, name, email } };
    parts.store.apply({ kind: 'grant-changed', grant: grant(other) });
    parts.store.apply({ kind: 'grant-changed', grant: grant({ ...other, status: ended('revoked') }) });
    expect(parts.cuts).toEqual([]);
  });

  it('leaves no timer and no key behind when the app stops', async () => {
    const parts = setUp();
    await parts.grants.credential(g.id);
    parts.grants.dispose();
    expect(parts.time.waiting).toBe(0);
    expect(parts.keys.has(g.id)).toBe(false);
  });
});

describe('a grant with more to it', () => {
  const is = ({ store }: ReturnType<typeof setUp>, fields: Partial<Grant>) =>
    store.apply({ kind: 'grant-changed', grant: grant({ endsAt: NOW + 3_600_000, ...fields }) });
  const uses = ({ grants }: ReturnType<typeof setUp>) => [grants.mayUse(g.id), grants.mayPass(g.id)];

  it('that is scheduled may not be used before the backend says that it lives', async () => {
    const parts = setUp();
    is(parts, { status: { state: 'scheduled' }, startsAt: NOW + 60_000 });
    expect(uses(parts)).toEqual([false, false]);
    parts.time.pass(61_000);
    expect(uses(parts)).toEqual([false, false]);
    await expect(parts.grants.credential(g.id)).rejects.toMatchObject(notLive);
    expect(parts.claims).toEqual([]);
    is(parts, { startsAt: NOW + 60_000 });
    expect(uses(parts)).toEqual([true, true]);
  });

  it('of another may not be used, whatever its state', () => {
    const parts = setUp();
    is(parts, { requester: { id: dana.id, name: dana.name, email: dana.email } });
    expect(uses(parts)).toEqual([false, false]);
  });

  it('that drains has no key any more, gives no credential, and lets what is open pass until it is cut', async () => {
    const parts = setUp();
    is(parts, { drainSeconds: 300 });
    const credential = await parts.grants.credential(g.id);
    parts.time.pass(3_600_000);
    expect(uses(parts)).toEqual([false, true]);
    expect(parts.keys.has(g.id)).toBe(false);
    expect(parts.keyState()).toBe('destroyed');
    expect(() => credential.sign(Buffer.from('x'))).toThrow(expect.objectContaining(notLive));
    await expect(parts.grants.credential(g.id)).rejects.toMatchObject(notLive);
    expect(parts.cuts).toEqual([]);
    parts.time.pass(300_000);
    expect(uses(parts)).toEqual([false, false]);
    expect(parts.cuts).toMatchObject([{ grantId: g.id, reason: 'expired' }]);
    expect(parts.stands()).toMatchObject({ state: 'ended', endedAt: NOW + 3_900_000 });
  });

  it.each([
    ['revoked', ended('revoked')],
    ['released', ended('released')],
  ] as const)('that drains is cut at once when it is %s', (_name, status) => {
    const parts = setUp();
    is(parts, { drainSeconds: 300 });
    parts.time.pass(3_600_000);
    is(parts, { drainSeconds: 300, status });
    expect(uses(parts)).toEqual([false, false]);
    expect(parts.cuts).toHaveLength(1);
  });

  it('gets more time without being cut, with the same key, and claims a certificate that lasts', async () => {
    const parts = setUp();
    is(parts, { endsAt: NOW + 120_000 });
    await parts.grants.credential(g.id);
    parts.time.pass(100_000);
    is(parts, { endsAt: NOW + 240_000 });
    expect(parts.keys.has(g.id)).toBe(true);
    const credential = await parts.grants.credential(g.id);
    expect(parts.claims).toHaveLength(2);
    expect(parts.claims[1]).toBe(parts.claims[0]);
    parts.time.pass(139_990);
    expect(credential.sign(Buffer.from('x'))).toHaveLength(64);
    expect([uses(parts), parts.cuts]).toEqual([[true, true], []]);
    parts.time.pass(10);
    expect(uses(parts)).toEqual([false, false]);
    expect(() => credential.sign(Buffer.from('x'))).toThrow(expect.objectContaining(notLive));
    expect(parts.cuts).toHaveLength(1);
  });

  it('gets no more time by an older word that comes after its end', () => {
    const parts = setUp();
    parts.time.pass(3_600_000);
    is(parts, {});
    expect(uses(parts)).toEqual([false, false]);
    parts.time.pass(10);
    expect(parts.stands()).toMatchObject({ state: 'ended', reason: 'expired' });
  });

  it('gets no time by a clock that was set back before the backend spoke of it again', () => {
    const parts = setUp();
    parts.time.pass(1_800_000);
    parts.time.setWall(-3_600_000);
    is(parts, {});
    parts.store.apply({ kind: 'clock', clockSkewMs: 0 });
    is(parts, {});
    parts.time.pass(1_800_000);
    expect(uses(parts)).toEqual([false, false]);
    parts.time.pass(1_000);
    expect(parts.cuts).toHaveLength(1);
  });

  it('that this app released is over at once and for good, and says why', async () => {
    const parts = setUp();
    await parts.grants.credential(g.id);
    parts.store.apply({ kind: 'grant-released-here', id: g.id, at: NOW, note: 'the screen was locked' });
    expect(parts.keys.has(g.id)).toBe(false);
    expect(parts.cuts[0]?.sentence).toMatch(/: you released it \(the screen was locked\)$/);
    is(parts, { endsAt: NOW + 9e6 });
    expect(uses(parts)).toEqual([false, false]);
  });
});
