import { expect, test } from 'vitest';
import type { Refusal } from '../../../backend/gateway/ports.ts';
import { RefusalLog } from '../../../backend/gateway/refusal-log.ts';
import { Underway } from '../../../backend/gateway/underway.ts';

const about = { username: 'deploy@db-1', grantId: null, sessionId: null, certificate: null };

function refusalLog() {
  const written: Refusal[] = [];
  const ports = { refused: async (refusal: Refusal) => void written.push(refusal) };
  const settings = { ports, clock: { now: () => 1, monotonic: () => 1 }, log: { info() {}, error() {} } };
  const underway = new Underway(() => {});
  return { written, log: new RefusalLog({ ...settings, underway } as never, '127.0.0.1', 'OpenSSH_9.2') };
}

test('the same refusal of one connection is written once', () => {
  const { written, log } = refusalLog();
  for (let i = 0; i < 3; i++) log.write('forwarding', 'No forwarding.', about);
  expect(written).toHaveLength(1);
});

test('one connection cannot fill the log: after a hundred refusals a last entry says that more are not listed', () => {
  const { written, log } = refusalLog();
  for (let i = 0; i < 1_000; i++) log.write('request', `The request "x${i}" is refused.`, about);
  expect(written).toHaveLength(101);
  expect(written.at(-1)?.code).toBe('too-many-refusals');
});
