import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ask } from '../../../backend/doctor/ask.ts';

const server = createServer();
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function answering(answer: (response: ServerResponse) => void): Promise<string> {
  server.removeAllListeners('request').on('request', (_request, response) => answer(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('a server that never ends its answer is given up before its time, and is not kept in memory', async () => {
  const piece = Buffer.alloc(64 * 1024, 'x');
  let sent = 0;
  const url = await answering((response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(piece)) sent += piece.length;
    };
    response.on('drain', more);
    more();
  });
  expect(await ask(url, {}, 15_000)).toEqual({ why: 'it answers with more than can be read', refused: false });
  expect(sent).toBeLessThan(64 * 1024 * 1024);
});

test.each<[string, string, unknown]>([
  ['JSON', '{"ok":true,"name":"é"}', { ok: true, name: 'é' }],
  ['a page', '<html>', undefined],
  ['nothing', '', undefined],
  ['a long list', JSON.stringify(Array(100_000).fill('a key')), Array(100_000).fill('a key')],
])('%s is read as it is', async (_what, text, json) => {
  const url = await answering((response) => response.end(text));
  expect(await ask(url)).toMatchObject({ status: 200, json });
});
