import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GatewaySettings } from '../../../backend/gateway/gateway.ts';
import type { Refusal } from '../../../backend/gateway/ports.ts';
import { SessionRecord } from '../../../backend/gateway/session-record.ts';
import { Underway } from '../../../backend/gateway/underway.ts';
import { IN_FULL, IN_FULL_EVERY_MS, UnprovedLogins } from '../../../backend/gateway/unproved-logins.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const certificate = { serial: '7', keyId: 'anna', fingerprint: 'SHA256:x', validBefore: 0 };
const claim = { grantId: 'gra_1', login: 'deploy', target: 'db-1', certificate };

function gateway() {
  const written: Refusal[] = [];
  const parts: Pick<GatewaySettings, 'ports' | 'clock' | 'log' | 'underway'> = {
    clock: { now: () => Date.now(), monotonic: () => Date.now() },
    log: { info() {}, error() {} },
    underway: new Underway(() => undefined),
    ports: { refused: async (refusal: Refusal) => void written.push(refusal) } as never,
  };
  const unproved = new UnprovedLogins(parts);
  let sessions = 0;
  /** A connection of its own that is refused. */
  const refused = (code: string, sourceAddress = '192.0.2.1', proved?: typeof claim): void => {
    const from = { sourceAddress, clientVersion: 'OpenSSH_9.2' };
    const who = () => ({ username: 'deploy@db-1', claim: proved, isLive: false });
    const record = new SessionRecord(`ses_${sessions++}`, { ...parts, unproved }, from, who);
    record.refused(code, `Refused: ${code}.`, { grantId: 'gra_9', certificate });
  };
  return { written, unproved, refused };
}

test('the first refusals of a minute are told in full, whoever comes', () => {
  const { written, refused } = gateway();
  for (let i = 0; i < IN_FULL; i++) refused('expired', `192.0.2.${i}`);
  expect(written).toHaveLength(IN_FULL);
  expect(written.at(-1)).toMatchObject({
    ...{ code: 'expired', sourceAddress: `192.0.2.${IN_FULL - 1}`, username: 'deploy@db-1', grantId: 'gra_9' },
    certificate,
  });
});

test('a flood of junk, each on a connection of its own, is a few entries and one sum a minute', async () => {
  const { written, refused } = gateway();
  for (let i = 0; i < 5_000; i++) refused(i % 2 ? 'login-timeout' : 'untrusted-ca', `192.0.2.${i % 200}`);
  expect(written).toHaveLength(IN_FULL + 1);
  expect(written.at(-1)).toMatchObject({
    ...{ code: 'logins-refused', count: 1, grantId: null, certificate: null, username: '' },
    message: '1 more login was refused that had proved nothing: too many for an entry each.',
  });
  await vi.advanceTimersByTimeAsync(IN_FULL_EVERY_MS);
  expect(written).toHaveLength(IN_FULL + 2);
  expect(written.at(-1)).toMatchObject({ code: 'logins-refused', count: 5_000 - IN_FULL - 1, since: 1_000 });
  expect(written.at(-1)?.addresses).toHaveLength(10);
});

test('a minute later there is room for entries again', async () => {
  const { written, refused } = gateway();
  for (let i = 0; i < IN_FULL + 1; i++) refused('untrusted-ca');
  await vi.advanceTimersByTimeAsync(IN_FULL_EVERY_MS - 1);
  refused('untrusted-ca', '192.0.2.9');
  expect(written.filter(({ sourceAddress }) => sourceAddress === '192.0.2.9')).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  written.length = 0;
  refused('untrusted-ca');
  expect(written).toMatchObject([{ code: 'untrusted-ca' }]);
});

test('whoever holds a certificate of ours is told of in full, whatever flood there is', () => {
  const { written, refused } = gateway();
  for (let i = 0; i < 1_000; i++) refused('untrusted-ca');
  written.length = 0;
  for (let i = 0; i < 100; i++) refused('grant-not-live', '192.0.2.7', claim);
  expect(written).toHaveLength(100);
  expect(written[0]).toMatchObject({ code: 'grant-not-live', sourceAddress: '192.0.2.7' });
});

test('what is only counted yet is written when the gateway stops, and no timer is left', () => {
  const { written, unproved, refused } = gateway();
  for (let i = 0; i < IN_FULL + 5; i++) refused('untrusted-ca');
  unproved.dispose();
  expect(written.filter(({ code }) => code === 'logins-refused').map(({ count }) => count)).toEqual([1, 4]);
  expect(vi.getTimerCount()).toBe(0);
});
