import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSignIn, type SignIn, type SignInOptions } from '../../../backend/auth/sign-in.ts';
import { type DemoIdentityProvider, startDemoIdentityProvider } from '../../../backend/demo/identity-provider.ts';
import type { EventStreams } from '../../../backend/events/stream.ts';
import type { Handlers } from '../../../backend/http/handlers.ts';
import { createHttpServer } from '../../../backend/http/server.ts';
import type { Database } from '../../../backend/storage/database.ts';
import { registerNoUpdates } from '../../../backend/updates/routes.ts';
import type { Tokens } from '../../../protocol/api/routes.ts';
import type { AuditKind } from '../../../protocol/model/audit.ts';
import { type Policy, policySchema } from '../../../protocol/model/policy.ts';
import type { Clock } from '../../../protocol/time.ts';
import { Browser, type Shown } from './browser.ts';

export const POLICY: Policy = policySchema.parse({
  version: 1,
  duties: { auditors: ['audit'], admins: ['platform-admins'] },
  targets: [{ name: 'db-1', address: '127.0.0.1', labels: { tier: 'db' }, hostKeys: ['ssh-ed25519 AAAA'] }],
  roles: [
    {
      name: 'db-shell',
      requesters: { groups: ['engineering'] },
      targets: { labels: { tier: 'db' } },
      logins: ['app'],
      maxDuration: '1h',
      approvals: [{ groups: ['dba', 'security'] }],
    },
  ],
});

/** A clock that a test sets forward. */
export class TestClock implements Clock {
  #ahead = 0;
  now(): number {
    return Date.now() + this.#ahead;
  }
  monotonic(): number {
    return this.now();
  }
  forward(ms: number): void {
    this.#ahead += ms;
  }
}

/** What an app keeps while the browser is away. Both secrets are 43 characters, as apps make them. */
export interface AppSide {
  verifier: string;
  challenge: string;
  state: string;
  redirectUri: string;
}

export async function appSide(redirectUri = 'http://127.0.0.1:49152/callback'): Promise<AppSide> {
  const verifier = randomBytes(32).toString('base64url');
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const challenge = Buffer.from(digest).toString('base64url');
  return { verifier, challenge, state: randomBytes(16).toString('base64url'), redirectUri };
}

/** The browser half of a backend with a real provider behind it, and an app's and a browser's view of it. */
export interface Org {
  readonly url: string;
  readonly provider: DemoIdentityProvider;
  readonly signIn: SignIn;
  readonly clock: TestClock;
  readonly accidents: unknown[];
  browser(): Browser;
  signInUrl(app: AppSide, changes?: Record<string, string | undefined>): string;
  /** All the way to the app's loopback address. */
  throughBrowser(person: string, app: AppSide, browser?: Browser): Promise<Shown>;
  /** A whole sign-in. */
  tokens(person: string): Promise<Tokens>;
  audits(
    kind: AuditKind,
  ): Promise<{ code: string; actor: string; subject: string; message: string; outcome: string }[]>;
  dispose(): Promise<void>;
}

/** Takes a port before anything answers there, so that the provider can be told of it. */
export async function startOrg(database: Database, changes: Partial<SignInOptions> = {}): Promise<Org> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { clientId: 'sallyport', clientSecret: 'a secret of the tests' };
  const provider = await startDemoIdentityProvider({ ...client, redirectUris: [`${url}/auth/callback`] });
  const clock = new TestClock();
  const accidents: unknown[] = [];
  const signIn = createSignIn({
    database,
    clock,
    policy: () => POLICY,
    provider: { issuer: provider.issuer, ...client },
    sealingKey: randomBytes(32),
    publicUrl: url,
    onError: (error) => accidents.push(error),
    ...changes,
  });
  const often = { burst: 10_000, perMinute: 10_000 };
  const app = await createHttpServer({
    server,
    database,
    clock,
    version: '0',
    limits: { signIn: often, ask: often, call: often },
    // Sign-in alone is served here: nothing calls the other routes or the event stream.
    streams: undefined as unknown as EventStreams,
    handlers: {
      'auth.token': ({ input, userAgent }) => signIn.token(input.body, userAgent),
      'auth.signOut': ({ caller }) => signIn.signOut(caller),
    } as Handlers,
    authenticate: (token) => signIn.authenticate(token),
    registerSignIn: (scope) => signIn.register(scope),
    registerUpdates: registerNoUpdates,
  });
  await app.ready();

  const org: Org = {
    url,
    provider,
    signIn,
    clock,
    accidents,
    browser: () => new Browser((at) => at.pathname === '/callback'),
    signInUrl(app, changed = {}) {
      const asked = { redirect_uri: app.redirectUri, code_challenge: app.challenge, state: app.state, ...changed };
      const said = Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined);
      return `${url}/auth/sign-in?${new URLSearchParams(said)}`;
    },
    async throughBrowser(person, side, browser = org.browser()) {
      return browser.press(await browser.open(org.signInUrl(side)), 'person', person);
    },
    async tokens(person) {
      const side = await appSide();
      const shown = await org.throughBrowser(person, side);
      return signIn.token(
        {
          grantType: 'code',
          code: shown.url.searchParams.get('code') ?? '',
          codeVerifier: side.verifier,
          redirectUri: side.redirectUri,
        },
        'Sallyport/0.1 test',
      );
    },
    audits: (kind) =>
      database.db
        .selectFrom('audit')
        .select(['code', 'actor', 'subject', 'message', 'outcome'])
        .where('kind', '=', kind)
        .orderBy('seq')
        .execute(),
    async dispose() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await app.close();
      await provider.dispose();
    },
  };
  return org;
}
