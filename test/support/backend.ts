import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import pino from 'pino';
import { type Backend, startBackend } from '../../backend/app.ts';
import { type DemoIdentityProvider, startDemoIdentityProvider } from '../../backend/demo/identity-provider.ts';
import type { HttpLimits } from '../../backend/http/server.ts';
import { type Keys, openKeys } from '../../backend/keys.ts';
import { pathOf, type RouteInput, type RouteReply } from '../../protocol/api/route.ts';
import { paths, type RouteName, type Routes, routes, type Tokens } from '../../protocol/api/routes.ts';
import { AppError, type ErrorCode, type Problem } from '../../protocol/errors.ts';
import { type BackendEvent, backendEventSchema } from '../../protocol/events.ts';
import type { Clock } from '../../protocol/time.ts';
import type { ReleaseKey } from '../../protocol/update/keys.ts';
import { Browser } from '../backend/auth/browser.ts';
import { CARELESS, copyDatabaseTemplate } from './database-template.ts';
import { removeFolder } from './folder.ts';

/** Targets that answer nowhere: for tests that never open a session. */
export const TEST_POLICY = `
version: 1
duties: { auditors: [audit], admins: [platform-admins] }
targets:
  - { name: web-1, address: 127.0.0.1, port: 9, labels: { env: staging }, hostKeys: [ssh-ed25519 AAAA] }
  - { name: db-1, address: 127.0.0.1, port: 9, labels: { env: production }, hostKeys: [ssh-ed25519 AAAA] }
roles:
  - name: staging
    requesters: { groups: [engineering] }
    targets: { labels: { env: staging } }
    logins: [deploy]
    maxDuration: 1h
    approvals: [{ groups: [dba, security] }]
  - name: production
    requesters: { groups: [engineering] }
    targets: { labels: { env: production } }
    logins: [deploy, postgres]
    maxDuration: 30m
    lapsesAfter: 10m
    approvals: [{ groups: [dba] }, { groups: [security] }]
`;

const OFTEN = { burst: 1_000_000, perMinute: 1_000_000 };

/** A whole backend in this process, with a provider whose people sign in without a screen. */
export interface TestBackend extends Backend {
  readonly folder: string;
  readonly policyFile: string;
  readonly provider: DemoIdentityProvider;
  readonly keys: Keys;
  /** Somebody of DEMO_PEOPLE, by their id there ("erin"), signed in through the provider's pages. */
  signIn(person: string): Promise<TestClient>;
}

export async function startTestBackend(
  options: {
    policy?: string;
    limits?: HttpLimits;
    /** Proxies that may say where a call comes from. */
    trustProxy?: string[];
    url?: string;
    /** Waits for the disk at each commit, as it does outside of tests. */
    durable?: boolean;
    clock?: Clock;
    /** Who may publish updates; they lie in the folder `updates`. */
    updateKeys?: readonly ReleaseKey[];
  } = {},
): Promise<TestBackend> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
  const policyFile = join(folder, 'policy.yaml');
  await writeFile(policyFile, options.policy ?? TEST_POLICY);
  const keys = await openKeys(join(folder, 'keys'), { keyFile: join(folder, 'keys', 'sealing.key') });
  if (options.url === undefined) await copyDatabaseTemplate(folder);
  let provider: DemoIdentityProvider | undefined;
  const backend = await startBackend({
    org: 'Test',
    http: { host: '127.0.0.1', port: 0, trustProxy: options.trustProxy },
    gateway: { host: '127.0.0.1', port: 0 },
    database: options.url ? { url: options.url } : { folder, settings: options.durable ? {} : CARELESS },
    keys,
    policyFile,
    log: pino({ level: 'silent' }),
    onFatal: () => undefined,
    ...(options.clock ? { clock: options.clock } : {}),
    ...(options.updateKeys ? { updates: { folder: join(folder, 'updates'), keys: options.updateKeys } } : {}),
    limits: options.limits ?? { signIn: OFTEN, ask: OFTEN, call: OFTEN },
    identityProvider: async (publicUrl) => {
      const client = { clientId: 'sallyport', clientSecret: randomBytes(16).toString('hex') };
      provider = await startDemoIdentityProvider({ ...client, redirectUris: [`${publicUrl}${paths.callback}`] });
      return { issuer: provider.issuer, ...client };
    },
  });
  if (!provider) throw new Error('The provider was not started.');
  const started = provider;
  return {
    ...backend,
    folder,
    policyFile,
    provider,
    keys,
    signIn: (person) => signIn(backend.address, person),
    async dispose() {
      await backend.dispose();
      await started.dispose();
      await removeFolder(folder);
    },
  };
}

/** Signs in at a backend as an app does, with a windowless browser on the demo provider's pages. */
export async function signIn(address: string, person: string): Promise<TestClient> {
  const codeVerifier = randomBytes(32).toString('base64url');
  const redirectUri = 'http://127.0.0.1:49152/callback';
  const query = new URLSearchParams({
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    state: randomBytes(16).toString('base64url'),
  });
  const browser = new Browser((at) => at.pathname === '/callback');
  const shown = await browser.press(await browser.open(`${address}${paths.signIn}?${query}`), 'person', person);
  const code = shown.url.searchParams.get('code') ?? '';
  const nobody = new TestClient(address, undefined);
  const tokens = await nobody.call('auth.token', { body: { grantType: 'code', code, codeVerifier, redirectUri } });
  return new TestClient(address, tokens);
}

/** One person's calls. */
export class TestClient {
  readonly address: string;
  readonly #tokens: Tokens | undefined;

  constructor(address: string, tokens: Tokens | undefined) {
    this.address = address;
    this.#tokens = tokens;
  }

  get tokens(): Tokens {
    if (!this.#tokens) throw new Error('Nobody is signed in here.');
    return this.#tokens;
  }

  get id(): string {
    return this.tokens.person.id;
  }

  /** @throws AppError with the code and sentence of the problem that came back */
  async call<N extends RouteName>(name: N, input: RouteInput<Routes[N]>): Promise<RouteReply<Routes[N]>> {
    const { params, query, body } = input as { params?: Record<string, string>; query?: object; body?: unknown };
    const search = query ? `?${new URLSearchParams(query as Record<string, string>)}` : '';
    const response = await this.fetch(`${pathOf(routes[name], params)}${search}`, {
      method: routes[name].method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) {
      const problem = (await response.json()) as Problem;
      throw new AppError(problem.code, problem.detail, problem.field === undefined ? {} : { field: problem.field });
    }
    return routes[name].reply.parse(await response.json()) as RouteReply<Routes[N]>;
  }

  /** The code of the refusal that a call meets; fails when it is not refused. */
  async refusal<N extends RouteName>(name: N, input: RouteInput<Routes[N]>): Promise<ErrorCode> {
    try {
      await this.call(name, input);
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
    throw new Error(`${name} was not refused.`);
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const authorization = this.#tokens ? { authorization: `Bearer ${this.#tokens.accessToken}` } : {};
    return fetch(`${this.address}${path}`, { ...init, headers: { ...authorization, ...init.headers } });
  }

  /** Opens the event stream. @param cursor where to resume, in the header as browsers do */
  async events(cursor?: string): Promise<TestStream> {
    const abort = new AbortController();
    const headers = cursor === undefined ? {} : { 'last-event-id': cursor };
    const response = await this.fetch(paths.events, { headers, signal: abort.signal });
    if (response.status !== 200 || !response.body) throw new Error(`The stream answered ${response.status}.`);
    return new TestStream(response.body, abort);
  }
}

/** What came over an event stream, and a way to wait for what has not come yet. */
export class TestStream {
  readonly received: { id: string | undefined; event: BackendEvent; at: number }[] = [];
  /** Resolves when the stream is over, whoever ended it. */
  readonly ended: Promise<void>;
  readonly #abort: AbortController;
  readonly #waiting = new Set<() => void>();

  constructor(body: ReadableStream<Uint8Array>, abort: AbortController) {
    this.#abort = abort;
    this.ended = this.#read(body);
  }

  /** The events that carry news, heartbeats left out. */
  get news(): BackendEvent[] {
    return this.received.map((r) => r.event).filter((e) => e.kind !== 'heartbeat');
  }

  /** The first event received that fits, waiting for it if need be. */
  async until<T extends BackendEvent>(fits: (event: BackendEvent) => event is T): Promise<T>;
  async until(fits: (event: BackendEvent) => boolean): Promise<BackendEvent>;
  async until(fits: (event: BackendEvent) => boolean): Promise<BackendEvent> {
    let over = false;
    void this.ended.then(() => {
      over = true;
      for (const wake of this.#waiting) wake();
    });
    for (;;) {
      const found = this.received.find((r) => fits(r.event));
      if (found) return found.event;
      if (over) throw new Error('The stream ended before that event came.');
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = createParser({
      onEvent: ({ id, data }) => {
        this.received.push({ id, event: backendEventSchema.parse(JSON.parse(data)), at: Date.now() });
        for (const wake of this.#waiting) wake();
        this.#waiting.clear();
      },
    });
    const text = new TextDecoder();
    try {
      for await (const chunk of body) parser.feed(text.decode(chunk, { stream: true }));
    } catch {
      // Cut from either side.
    }
  }
}
