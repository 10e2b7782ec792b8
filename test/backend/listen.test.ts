import type { Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { listen } from '../../backend/listen.ts';

let server: Server | undefined;
afterEach(() => server?.close());

test('who calls while the backend starts is told so at once, instead of waiting for an answer that never comes', async () => {
  const listening = await listen('127.0.0.1', 0);
  server = listening.server;
  const reply = await fetch(`${listening.origin}/api/v1/events`, { signal: AbortSignal.timeout(2_000) });
  expect(reply.status).toBe(503);
  expect(reply.headers.get('content-type')).toContain('application/problem+json');
  expect(await reply.json()).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('starting') });
});

test('once the starting answer is taken off for a handler, that alone answers', async () => {
  const listening = await listen('127.0.0.1', 0);
  server = listening.server;
  listening.server.removeAllListeners('request').on('request', (_, response) => response.end('here'));
  for (let i = 0; i < 2; i++) expect(await (await fetch(listening.origin)).text()).toBe('here');
});

test('a taken port is one sentence that names it', async () => {
  const first = await listen('127.0.0.1', 0);
  server = first.server;
  const { port } = new URL(first.origin);
  await expect(listen('127.0.0.1', Number(port))).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken by another program`,
  );
});
