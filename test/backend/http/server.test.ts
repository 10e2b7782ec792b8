import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RouteName, routes } from '../../../protocol/api/routes.ts';
import { problemSchema } from '../../../protocol/errors.ts';
import { startTestBackend, type TestBackend, TestClient } from '../../support/backend.ts';

let backend: TestBackend;
let erin: TestClient;
let uma: TestClient;
let nobody: TestClient;
beforeAll(async () => {
  backend = await startTestBackend();
  [erin, uma] = [await backend.signIn('erin'), await backend.signIn('uma')];
  nobody = new TestClient(backend.address, undefined);
});
afterAll(() => backend.dispose());

const ASK = { target: 'web-1', login: 'deploy', durationSeconds: 60, reason: 'x' };
const json = { 'content-type': 'application/json' };
const post = (path: string, body: string, headers: Record<string, string> = json): RequestInit & { path: string } => ({
  path,
  method: 'POST',
  body,
  headers,
});

describe('bad calls get one sentence, as problem+json', () => {
  const asks = '/api/v1/requests';
  const id = 'req_0123456789abcdef';
  test.each<[string, RequestInit & { path: string }, number, string, RegExp]>([
    ['an unknown address', { path: '/api/v1/nothing' }, 404, 'not-found', /nothing at this address/],
    ['an address of tricks', { path: '/api/v1/requests/..%2f..%2fetc' }, 400, 'invalid-input', /"id"/],
    ['another method', { path: '/api/v1/overview', method: 'DELETE' }, 405, 'invalid-input', /Use GET here/],
    [
      'another method on a path with an id',
      { path: `/api/v1/requests/${id}`, method: 'PUT' },
      405,
      'invalid-input',
      /Use GET/,
    ],
    ['another method on the event stream', post('/api/v1/events', '{}'), 405, 'invalid-input', /Use GET/],
    ['broken JSON', post(asks, '{"target":'), 400, 'invalid-input', /not valid JSON/],
    ['no JSON at all', post(asks, ''), 400, 'invalid-input', /empty/],
    [
      'another kind of text',
      post(asks, 'target=web-1', { 'content-type': 'text/plain' }),
      415,
      'invalid-input',
      /Send JSON/,
    ],
    [
      'a form',
      post(asks, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'invalid-input',
      /Send JSON/,
    ],
    ['too much', post(asks, JSON.stringify({ ...ASK, reason: 'x'.repeat(70_000) })), 413, 'invalid-input', /64 KiB/],
    ['a list', post(asks, '[]'), 400, 'invalid-input', /not valid/],
    ['null', post(asks, 'null'), 400, 'invalid-input', /not valid/],
    ['a prototype', post(asks, '{"__proto__":{"x":1}}'), 400, 'invalid-input', /not valid/],
    ['an unknown field', post(asks, JSON.stringify({ ...ASK, force: true })), 400, 'invalid-input', /force/],
    ['a missing field', post(asks, JSON.stringify({ ...ASK, login: undefined })), 400, 'invalid-input', /"login"/],
    [
      'a number as text',
      post(asks, JSON.stringify({ ...ASK, durationSeconds: '60' })),
      400,
      'invalid-input',
      /"durationSeconds"/,
    ],
    [
      'too short',
      post(asks, JSON.stringify({ ...ASK, durationSeconds: 29 })),
      400,
      'invalid-input',
      /"durationSeconds"/,
    ],
    [
      'a fraction',
      post(asks, JSON.stringify({ ...ASK, durationSeconds: 60.5 })),
      400,
      'invalid-input',
      /"durationSeconds"/,
    ],
    [
      'a login of tricks',
      post(asks, JSON.stringify({ ...ASK, login: 'root; rm' })),
      400,
      'invalid-input',
      /"login".*account name/,
    ],
    ['a target of tricks', post(asks, JSON.stringify({ ...ASK, target: '../etc' })), 400, 'invalid-input', /"target"/],
    [
      'a long reason',
      post(asks, JSON.stringify({ ...ASK, reason: 'x'.repeat(2001) })),
      400,
      'invalid-input',
      /"reason"/,
    ],
    ['an id of another kind', { path: '/api/v1/requests/gra_0123456789abcdef' }, 400, 'invalid-input', /req_ id/],
    ['an unknown id', { path: `/api/v1/requests/${id}` }, 404, 'not-found', /no such request/],
    ['an unknown query', { path: '/api/v1/audit?before=1' }, 403, 'not-allowed', /auditors only/],
    [
      'a revocation without a reason',
      post('/api/v1/grants/gra_0123456789abcdef/revoke', '{"reason":""}'),
      400,
      'invalid-input',
      /must say why/,
    ],
    [
      'a revocation for a reason of spaces',
      post('/api/v1/grants/gra_0123456789abcdef/revoke', '{"reason":"  "}'),
      400,
      'invalid-input',
      /must say why/,
    ],
  ])('%s', async (_, { path, ...init }, status, code, sentence) => {
    const response = await erin.fetch(path, init);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const problem = problemSchema.parse(await response.json());
    expect(problem).toMatchObject({ status, code, type: `urn:sallyport:error:${code}` });
    expect(problem.detail).toMatch(sentence);
    expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  });

  test('what is not HTTP at all is turned away and the server goes on', async () => {
    const { hostname, port } = new URL(backend.address);
    const answer = await new Promise<string>((resolve) => {
      const call = httpRequest({ hostname, port, path: '/', method: 'GET', headers: { 'x-long': 'y'.repeat(40_000) } });
      call.once('response', (response) => resolve(String(response.statusCode)));
      call.once('error', (error) => resolve(error.message));
      call.end();
    });
    expect(answer).toMatch(/431|ECONNRESET|EPIPE/);
    expect((await nobody.fetch('/healthz')).status).toBe(200);
  });
});

describe('who may call what', () => {
  const names = Object.keys(routes) as RouteName[];
  const closed = names.filter((name) => routes[name].access !== 'public');
  const pathFor = (name: RouteName) => routes[name].path.replace(':id', 'req_0123456789abcdef');

  test.each(
    closed.flatMap(
      (name) =>
        [
          [name, 'no token', {}],
          [name, 'a made-up token', { authorization: 'Bearer 0123456789abcdef0123456789abcdef0123456789a' }],
          [name, 'a token of another scheme', { authorization: 'Basic ZXJpbjp4' }],
          [name, 'a token of strange letters', { authorization: 'Bearer \u00e9\u00e9' }],
        ] as const,
    ),
  )('%s refuses %s, before it looks at the input', async (name, _, headers) => {
    const response = await nobody.fetch(pathFor(name), {
      method: routes[name].method,
      headers: { ...headers, ...(routes[name].method === 'POST' ? json : {}) },
      ...(routes[name].method === 'POST' ? { body: '{"not": "even close"}' } : {}),
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(problemSchema.parse(await response.json()).code).toMatch(/^(not-signed-in|sign-in-expired)$/);
  });

  test('the event stream refuses a stranger', async () => {
    expect((await nobody.fetch('/api/v1/events')).status).toBe(401);
    expect((await nobody.fetch('/api/v1/events?access_token=x')).status).toBe(401);
  });

  test('a refresh token is no access token, and a token in the address is none', async () => {
    const { refreshToken, accessToken } = erin.tokens;
    const headers = { authorization: `Bearer ${refreshToken}` };
    expect((await nobody.fetch('/api/v1/overview', { headers })).status).toBe(401);
    expect((await nobody.fetch(`/api/v1/overview?access_token=${accessToken}`)).status).toBe(401);
  });

  test.each(['erin', 'dana', 'sam', 'ada'])('%s is no auditor, and that is written down', async (who) => {
    const client = await backend.signIn(who);
    expect(await client.refusal('audit.list', { query: {} })).toBe('not-allowed');
    const { entries } = await uma.call('audit.list', { query: { limit: 1000 } });
    expect(entries.at(-1)).toMatchObject({
      kind: 'access.refused',
      outcome: 'refused',
      actor: client.id,
      code: 'not-allowed',
    });
  });

  test('after signing out nothing works any more', async () => {
    const sam = await backend.signIn('sam');
    await sam.call('auth.signOut', {});
    expect(await sam.refusal('overview.show', {})).toBe('sign-in-expired');
  });
});

describe('what everybody may see', () => {
  test('the organisation', async () => {
    expect(await nobody.call('org.show', {})).toMatchObject({ name: 'Test' });
  });

  test('health, which asks the database', async () => {
    const response = await nobody.fetch('/healthz');
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
  });

  test('an OpenAPI document of every route in the contract', async () => {
    const document = (await (await nobody.fetch('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string; security?: unknown }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    for (const name of Object.keys(routes) as RouteName[]) {
      const { path, method, access } = routes[name];
      const operation = document.paths[path.replace(/:([a-z]+)/g, '{$1}')]?.[method.toLowerCase()];
      expect(operation?.operationId, name).toBe(name);
      expect(operation?.security !== undefined, name).toBe(access !== 'public');
    }
  });

  test('every answer forbids framing, sniffing and keeping', async () => {
    for (const path of ['/api/v1/org', '/healthz', '/openapi.json', '/api/v1/overview', '/nothing']) {
      const { headers } = await nobody.fetch(path);
      expect(headers.get('cache-control'), path).toBe('no-store');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('content-security-policy'), path).toMatch(/frame-ancestors 'none'/);
      expect(headers.get('x-request-id'), path).toMatch(/^call_/);
    }
  });
});

test('bad input of an act is written down as that act’s refusal', async () => {
  const body = { ...ASK, durationSeconds: 1 };
  expect(await erin.refusal('requests.create', { body })).toBe('invalid-input');
  const params = { id: 'gra_0123456789abcdef' };
  expect(await erin.refusal('grants.certificate', { params, body: { publicKey: 'x'.repeat(401) } })).toBe(
    'invalid-input',
  );
  const { entries } = await uma.call('audit.list', { query: { limit: 1000 } });
  expect(entries.slice(-2)).toMatchObject([
    { kind: 'request.refused', code: 'invalid-input', actor: erin.id, details: { field: 'durationSeconds' } },
    { kind: 'certificate.refused', code: 'invalid-input', subject: params.id, details: { field: 'publicKey' } },
  ]);
});

test('who asks too often is told when to try again; others are not held up', async () => {
  const rare = { burst: 2, perMinute: 60 };
  const often = { burst: 1000, perMinute: 1000 };
  const strict = await startTestBackend({ limits: { signIn: often, ask: rare, call: often } });
  try {
    const [busy, calm] = [await strict.signIn('erin'), await strict.signIn('enzo')];
    await busy.call('requests.create', { body: ASK });
    await busy.call('requests.create', { body: ASK });
    const refused = await busy.fetch('/api/v1/requests', { method: 'POST', body: JSON.stringify(ASK), headers: json });
    expect(refused.status).toBe(429);
    expect(problemSchema.parse(await refused.json()).detail).toMatch(/try again in 1 s/);
    await calm.call('requests.create', { body: ASK });
    // A batch counts as each of its targets: it is let through, and waited for afterwards.
    const { target, ...rest } = ASK;
    await calm.call('requests.createBatch', { body: { ...rest, targets: [target, 'db-1'] } });
    await expect(calm.call('requests.create', { body: ASK })).rejects.toMatchObject({
      code: 'too-many-requests',
      message: expect.stringMatching(/try again in 2 s/),
    });
  } finally {
    await strict.dispose();
  }
});

test('who has a whole network of addresses tries to sign in no more often than who has one', async () => {
  const often = { burst: 1000, perMinute: 1000 };
  const limits = { signIn: { burst: 2, perMinute: 1 }, ask: often, call: often };
  const proxied = await startTestBackend({ limits, trustProxy: ['127.0.0.1'] });
  const body = {
    grantType: 'code',
    code: 'x'.repeat(43),
    codeVerifier: 'x'.repeat(43),
    redirectUri: 'http://127.0.0.1:1/callback',
  };
  const tryFrom = async (address: string): Promise<number> => {
    const headers = { ...json, 'x-forwarded-for': address };
    return (await fetch(`${proxied.address}/auth/token`, { method: 'POST', body: JSON.stringify(body), headers }))
      .status;
  };
  try {
    const statuses: number[] = [];
    for (const address of ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:0:ffff::4', '2001:db8:0:1::1'])
      statuses.push(await tryFrom(address));
    expect(statuses).toEqual([401, 401, 429, 429, 401]);
  } finally {
    await proxied.dispose();
  }
});
