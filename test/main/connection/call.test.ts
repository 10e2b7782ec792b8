import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Call, callOver } from '../../../main/connection/call.ts';
import { AppError } from '../../../protocol/errors.ts';
import { json, problem, SmallBackend } from './small-backend.ts';

let backend: SmallBackend;
let chosen: string;
let tokens: string[];
let call: Call;

beforeEach(async () => {
  backend = await SmallBackend.start();
  chosen = backend.origin;
  tokens = ['first', 'second', 'third'];
  call = callOver({
    fetch: (url, init) => fetch(url, init),
    backend: () => chosen,
    accessToken: async () => {
      const [token] = tokens;
      if (token === undefined) throw new AppError('not-signed-in', 'no token');
      return token;
    },
    rejectToken: (token) => {
      tokens = tokens.filter((t) => t !== token);
    },
  });
});
afterEach(() => backend.dispose());

const release = () => call('grants.release', { params: { id: 'gra_0000000001' } });

describe('a call', () => {
  it('sends the path, the token and the body, and gives the parsed reply', async () => {
    backend.answer = (_seen, response) =>
      json(response, 200, { name: 'Org', version: '1', more: 'from a newer backend' });
    expect(await call('org.show', {})).toEqual({ name: 'Org', version: '1' });
    expect(backend.seen.all.at(-1)).toMatchObject({ method: 'GET', path: '/api/v1/org', token: undefined });
  });

  it('escapes what goes into the path', async () => {
    await call('requests.show', { params: { id: '../admin?x' } }).catch(() => undefined);
    expect(backend.seen.all.at(-1)?.path).toBe('/api/v1/requests/..%2Fadmin%3Fx');
  });

  it('passes on the refusal of the backend, with its field', async () => {
    backend.answer = (_seen, response) => problem(response, 409, 'wrong-state', 'Already ended.', 'id');
    await expect(release()).rejects.toMatchObject({ code: 'wrong-state', message: 'Already ended.', field: 'id' });
    expect(backend.seen.all).toHaveLength(1);
  });

  it('renews a refused token once and tries again', async () => {
    backend.answer = (seen, response) =>
      seen.token === 'first'
        ? problem(response, 401, 'not-signed-in', 'old')
        : problem(response, 403, 'not-allowed', 'no');
    await expect(release()).rejects.toMatchObject({ code: 'not-allowed' });
    expect(backend.seen.all.map((s) => s.token)).toEqual(['first', 'second']);
  });

  it('does not try a third time', async () => {
    backend.answer = (_seen, response) => problem(response, 401, 'not-signed-in', 'never');
    await expect(release()).rejects.toMatchObject({ code: 'not-signed-in' });
    expect(backend.seen.all.map((s) => s.token)).toEqual(['first', 'second']);
  });

  it('does not give a backend the token of another one that was chosen meanwhile', async () => {
    backend.answer = (_seen, response) => {
      chosen = 'https://other.example.com';
      problem(response, 401, 'not-signed-in', 'signed out');
    };
    await expect(release()).rejects.toMatchObject({ code: 'not-signed-in' });
    expect(backend.seen.all.map((s) => s.token)).toEqual(['first']);
  });

  it('never sends a token with a public route', async () => {
    backend.answer = (_seen, response) => problem(response, 401, 'refresh-token-reused', 'no');
    const body = { grantType: 'refresh', refreshToken: 'r' } as const;
    await expect(call('auth.token', { body })).rejects.toMatchObject({ code: 'refresh-token-reused' });
    expect(backend.seen.all.map((s) => s.token)).toEqual([undefined]);
  });

  it.each<[string, number, string | object, string]>([
    ['a page of a proxy', 502, '<html>Bad gateway</html>', 'unavailable'],
    ['a page with status 200', 200, '<html>Log in to the Wi-Fi</html>', 'unavailable'],
    ['an empty reply', 200, '', 'unavailable'],
    ['a reply of another form', 200, { name: 7 }, 'unavailable'],
    ['a problem with a code that is not known', 400, { code: 'surprise', detail: 'x' }, 'unavailable'],
    ['401 without a problem', 401, 'no', 'not-signed-in'],
  ])('turns %s into one sentence', async (_name, status, body, code) => {
    backend.answer = (_seen, response) =>
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    const error = await call('org.show', {}).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(/^[A-Z1].+\.$/) });
    expect((error as AppError).message).not.toContain('html');
  });

  it('does not follow a redirect, which could carry the token elsewhere', async () => {
    const other = await SmallBackend.start();
    backend.answer = (_seen, response) => response.writeHead(307, { location: `${other.origin}/steal` }).end();
    await expect(release()).rejects.toMatchObject({ code: 'offline' });
    expect(other.seen.all).toEqual([]);
    await other.dispose();
  });

  it('says "timed-out" when no answer comes', async () => {
    backend.answer = () => undefined;
    await expect(call('org.show', {}, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timed-out' });
  });

  it('says "timed-out" when an answer begins and never ends', async () => {
    backend.answer = (_seen, response) => void response.writeHead(200).write('{"name":');
    await expect(call('org.show', {}, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timed-out' });
  });

  it.each([200, 500])('stops reading an answer of status %i that goes on and on', async (status) => {
    let sent = 0;
    backend.answer = (_seen, response) => {
      const chunk = Buffer.alloc(64 * 1024, ' ');
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.writeHead(status).on('drain', more);
      more();
    };
    await expect(call('org.show', {})).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('longer than'),
    });
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });

  it('says "offline" when nobody listens there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await expect(call('org.show', {}, { backend: `http://127.0.0.1:${port}` })).rejects.toMatchObject({
      code: 'offline',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  it('sends nothing while no backend is chosen', async () => {
    await expect(call('org.show', {}, { backend: '' })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'address',
    });
  });

  it('sends nothing without a sign-in', async () => {
    tokens = [];
    await expect(release()).rejects.toMatchObject({ code: 'not-signed-in' });
    expect(backend.seen.all).toEqual([]);
  });
});
