import { createServer, get, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Feed } from '../../../backend/events/feed.ts';
import { Presence } from '../../../backend/events/presence.ts';
import { EventStreams } from '../../../backend/events/stream.ts';
import { HEARTBEAT_MS } from '../../../protocol/events.ts';
import { systemClock } from '../../../protocol/time.ts';
import { TestClient } from '../../support/backend.ts';
import { startTestDatabase } from '../../support/database.ts';

let server: Server;
let feed: Feed;
let database: Awaited<ReturnType<typeof startTestDatabase>>;
let streams: EventStreams;
let signInLive: () => Promise<boolean>;
let expiresAt: number;
const presence = new Presence();
const errors: unknown[] = [];

beforeAll(async () => {
  database = await startTestDatabase();
  feed = await Feed.start(database.database, (error) => errors.push(error));
  streams = new EventStreams({
    database: database.database,
    clock: systemClock,
    feed,
    presence,
    isSignInLive: () => signInLive(),
    onSignInEnded: () => () => undefined,
  });
  server = createServer((_, response) => {
    streams.serve(response, { personId: 'per_x', signInId: 'sig_x', expiresAt }, undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await feed.dispose();
  await database.dispose();
  expect(errors).toEqual([]);
});

async function open() {
  const client = new TestClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, undefined);
  const stream = await client.events();
  await stream.until((event) => event.kind === 'heartbeat');
  return stream;
}

test('a stream ends when its token runs out, though nobody ended the sign-in', async () => {
  signInLive = async () => true;
  expiresAt = Date.now() + 100;
  const stream = await open();
  await stream.ended;
  expect(Date.now()).toBeGreaterThanOrEqual(expiresAt - 1);
});

test.each<[string, () => Promise<boolean>]>([
  ['another node ended the sign-in', async () => false],
  ['nobody can tell whether the sign-in stands', () => Promise.reject(new Error('no database'))],
])('a stream ends at its next heartbeat when %s', async (_, live) => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  signInLive = async () => true;
  expiresAt = Date.now() + 3_600_000;
  const stream = await open();
  const beats = (): number => stream.received.length;
  vi.advanceTimersByTime(HEARTBEAT_MS);
  await stream.until(() => beats() === 2);
  signInLive = live;
  vi.advanceTimersByTime(HEARTBEAT_MS);
  await stream.ended;
  expect(beats()).toBe(2);
});

test('somebody who left before the stream began is not online', async () => {
  signInLive = async () => true;
  expiresAt = Date.now() + 3_600_000;
  const late = createServer();
  await new Promise<void>((resolve) => late.listen(0, '127.0.0.1', resolve));
  const call = get(`http://127.0.0.1:${(late.address() as AddressInfo).port}`).on('error', () => undefined);
  const response = await new Promise<ServerResponse>((resolve) => late.once('request', (_, r) => resolve(r)));
  const gone = new Promise((resolve) => response.once('close', resolve));
  call.destroy();
  await gone;
  streams.serve(response, { personId: 'per_gone', signInId: 'sig_x', expiresAt }, undefined);
  expect(presence.isOnline('per_gone')).toBe(false);
  await new Promise((resolve) => late.close(resolve));
});

test('one sign-in cannot hold streams without end: the seventeenth ends the first', async () => {
  signInLive = async () => true;
  expiresAt = Date.now() + 3_600_000;
  const first = await open();
  const others = [];
  for (let i = 0; i < 16; i++) others.push(await open());
  await first.ended;
  expect(others.at(-1)?.received.length).toBe(1);
});

test('when the backend ends, so do its streams, and nobody is online any more', async () => {
  signInLive = async () => true;
  expiresAt = Date.now() + 3_600_000;
  const stream = await open();
  expect(presence.isOnline('per_x')).toBe(true);
  streams.dispose();
  await stream.ended;
  expect(presence.isOnline('per_x')).toBe(false);
});
