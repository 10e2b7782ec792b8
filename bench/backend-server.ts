// The two servers that bench/backend.ts compares, in a process of their own: the whole backend on its embedded database,
// waiting for the disk as it does in earnest, and a bare fastify that keeps nothing.
import type { ServerResponse } from 'node:http';
import fastify from 'fastify';
import type { Tokens } from '../protocol/api/routes.ts';
import { startTestBackend } from '../test/support/backend.ts';

/** What the parent is told. */
export interface BenchServers {
  ours: string;
  bare: string;
  erin: Tokens;
  dana: Tokens;
}

const backend = await startTestBackend({ durable: true });
const [erin, dana] = [await backend.signIn('erin'), await backend.signIn('dana')];
// A working day's worth to show, and the same answer that ours has to gather from it, as a constant.
for (let i = 0; i < 10; i++) {
  const body = { target: 'web-1', login: 'deploy', durationSeconds: 3600, reason: `the ${i}th reason of the day` };
  const { id } = await erin.call('requests.create', { body });
  if (i % 2 === 0) await dana.call('requests.decide', { params: { id }, body: { verdict: 'approve', revision: 1 } });
}
const overview = await erin.call('overview.show', {});

const listeners = new Set<ServerResponse>();
const bareApp = fastify({ forceCloseConnections: true });
bareApp.get('/overview', async () => overview);
bareApp.get('/events', (_, reply) => {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
  reply.raw.write(': hello\n\n');
  listeners.add(reply.raw);
});
bareApp.post('/requests', async ({ body }) => {
  for (const listener of listeners) listener.write(`event: request-changed\ndata: ${JSON.stringify(body)}\n\n`);
  return body;
});
const bare = await bareApp.listen({ host: '127.0.0.1', port: 0 });

process.send?.({ ours: backend.address, bare, erin: erin.tokens, dana: dana.tokens } satisfies BenchServers);
// The parent says when; if it dies, that says so too.
process.once('disconnect', async () => {
  for (const listener of listeners) listener.end();
  await bareApp.close();
  await backend.dispose();
});
