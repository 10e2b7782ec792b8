import { expect, test } from 'vitest';
import { startTestBackend } from '../../support/backend.ts';
import { startTestDatabase } from '../../support/database.ts';

test('without its database the backend says so in one sentence, allows nothing, and still stops cleanly', async () => {
  const server = await startTestDatabase();
  if ('url' in server.address) throw new Error();
  const { socketFolder, database, user } = server.address;
  const url = `postgres://${user}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;
  const backend = await startTestBackend({ url });
  const erin = await backend.signIn('erin');
  const stream = await erin.events();
  await stream.until((event) => event.kind === 'heartbeat');
  await server.dispose();

  const sentence = /cannot reach its database|database does not answer/;
  const ask = { target: 'web-1', login: 'deploy', durationSeconds: 60, reason: 'x' };
  const away = { code: 'unavailable', message: expect.stringMatching(sentence) };
  await expect(erin.call('overview.show', {})).rejects.toMatchObject(away);
  await expect(erin.call('requests.create', { body: ask })).rejects.toMatchObject(away);
  expect((await erin.fetch('/healthz')).status).toBe(503);
  expect((await erin.fetch('/api/v1/events')).status).toBe(503);
  // What needs no database is still told.
  expect((await erin.fetch('/api/v1/org')).status).toBe(200);
  await backend.dispose();
  await stream.ended;
});
