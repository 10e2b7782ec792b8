import { expect, test } from 'vitest';
import type { Refusal } from '../../../backend/gateway/ports.ts';
import { RefusalLog } from '../../../backend/gateway/refusal-log.ts';
import { Underway } from '../../../backend/gateway/underway.ts';

const about = { username: 'deploy@db-1', grantId: null, sessionId: null, certificate: null, proved: true };

let now = 1;

function refusalLog() {
  const written: Refusal[] = [];
  const ports = { refused: async (refusal: Refusal) => void written.push(refusal) };
  const settings = { ports, clock: { now: () => 1, monotonic: () => now }, log: { info() {}, error() {} } };
  const underway = new Underway(() => {});
  return {
    written,
    log: new RefusalLog({ ...settings, underway } as never, {
      ...{ sourceAddress: '127.0.0.1', clientVersion: 'OpenSSH_9.2' },
    }),
  };
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

test('that there are too many new destinations is written once a minute, whatever else was refused', () => {
  const { written, log } = refusalLog();
  for (let i = 0; i < 1_000; i++) log.write('request', `The request "x${i}" is refused.`, about);
  written.length = 0;
  const write = () => log.write('too-many-destinations', 'Too many.', about);
  for (const [at, entries] of [
    [1_000, 1],
    [1_001, 1],
    [60_999, 1],
    [61_000, 2],
    [61_001, 2],
  ] as const) {
    now = at;
    write();
    expect(written, `at ${at} ms`).toHaveLength(entries);
  }
});
