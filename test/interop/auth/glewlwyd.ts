import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Browser, type Shown } from '../../backend/auth/browser.ts';
import { removeFolder } from '../../support/folder.ts';

const PROGRAM = '/usr/bin/glewlwyd';
const SCHEMA = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';
const SQLITE = '/usr/bin/sqlite3';

/** What is missing to run it, in a word for the person who runs the tests; '' when nothing is. */
export const missing = [PROGRAM, SCHEMA, SQLITE].every((file) => existsSync(file))
  ? ''
  : 'glewlwyd is not installed (apt-get install glewlwyd dbconfig-sqlite3 sqlite3)';

export interface Glewlwyd {
  readonly issuer: string;
  addClient(id: string, secret: string, redirectUri: string): Promise<void>;
  addPerson(name: string, password: string, groups: string[]): Promise<void>;
  setGroups(name: string, groups: string[]): Promise<void>;
  remove(name: string): Promise<void>;
  /** Does what its page does by script: signs in, agrees, and goes on to where it came from. */
  signIn(browser: Browser, shown: Shown, clientId: string, name: string, password: string): Promise<Shown>;
  dispose(): Promise<void>;
}

/** Starts Debian's glewlwyd, another OpenID provider than the demo's, on a database of its own. */
export async function startGlewlwyd(): Promise<Glewlwyd> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-glewlwyd-'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const database = join(folder, 'glewlwyd.db');
  execFileSync(SQLITE, [database], { input: await readFile(SCHEMA) });
  const config = join(folder, 'glewlwyd.conf');
  await writeFile(config, configuration(origin, port, database));
  const child = spawn(PROGRAM, ['--config-file', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  await answering(child, `${origin}/config`);

  const admin = new Browser();
  await admin.send(`${origin}/api/auth`, 'POST', { username: 'admin', password: 'password' });
  const fields = { groups: { multiple: true, read: true, write: true, 'profile-read': false, 'profile-write': false } };
  await admin.send(`${origin}/api/mod/user/database`, 'PUT', {
    display_name: 'people',
    parameters: { 'use-glewlwyd-connection': true, 'data-format': fields },
    order_rank: 0,
    readonly: false,
  });
  await admin.send(`${origin}/api/mod/user/database/reset`, 'PUT', {});
  await admin.send(`${origin}/api/mod/plugin/`, 'POST', {
    module: 'oidc',
    name: 'oidc',
    display_name: 'OpenID Connect',
    order_rank: 0,
    readonly: false,
    parameters: openidParameters(`${origin}/api/oidc`),
  });
  const person = (name: string, groups: string[]) => ({
    username: name,
    name: `${name} of glewlwyd`,
    email: `${name}@example.test`,
    scope: ['openid', 'g_profile'],
    groups,
    enabled: true,
  });

  return {
    issuer: `${origin}/api/oidc`,
    async addClient(id, secret, redirectUri) {
      await admin.send(`${origin}/api/client/`, 'POST', {
        client_id: id,
        name: id,
        confidential: true,
        password: secret,
        client_secret: secret,
        redirect_uri: [redirectUri],
        authorization_type: ['code', 'refresh_token'],
        token_endpoint_auth_method: ['client_secret_basic'],
        scope: [],
        enabled: true,
      });
    },
    async addPerson(name, password, groups) {
      await admin.send(`${origin}/api/user/`, 'POST', { ...person(name, groups), password });
    },
    async setGroups(name, groups) {
      await admin.send(`${origin}/api/user/${name}`, 'PUT', person(name, groups));
    },
    async remove(name) {
      await admin.send(`${origin}/api/user/${name}`, 'DELETE', {});
    },
    async signIn(browser, shown, clientId, name, password) {
      const next = shown.url.searchParams.get('callback_url');
      if (!next) throw new Error(`This is not its sign-in page: ${shown.url.href} ${shown.text}`);
      await browser.send(`${origin}/api/auth`, 'POST', { username: name, password });
      await browser.send(`${origin}/api/auth/grant/${clientId}`, 'PUT', { scope: 'openid' });
      return browser.open(`${next}&g_continue`);
    },
    async dispose() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await removeFolder(folder);
    },
  };
}

function configuration(origin: string, port: number, database: string): string {
  const modules = '/usr/lib/glewlwyd';
  return `port=${port}
bind_address="127.0.0.1"
external_url="${origin}"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="WARNING"
cookie_secure=0
cookie_same_site="lax"
session_key="GLEWLWYD2_SESSION_ID"
session_expiration=86400
admin_session_authentication="cookie"
profile_session_authentication="cookie"
login_api_enabled=true
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="${modules}/user"
client_module_path="${modules}/client"
user_auth_scheme_module_path="${modules}/scheme"
plugin_module_path="${modules}/plugin"
hash_algorithm="SHA512"
database = { type = "sqlite3" path = "${database}" };
`;
}

function openidParameters(issuer: string): Record<string, unknown> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    iss: issuer,
    'jwt-type': 'rsa',
    'jwt-key-size': '256',
    key: privateKey,
    cert: publicKey,
    'jwks-show': true,
    'access-token-duration': 300,
    'refresh-token-duration': 86_400,
    'code-duration': 60,
    'refresh-token-rolling': true,
    'refresh-token-one-use': 'always',
    'allow-non-oidc': false,
    'auth-type-code-enabled': true,
    'auth-type-refresh-enabled': true,
    'pkce-allowed': true,
    'pkce-method-plain-allowed': false,
    'oauth-as-iss-id': true,
    'allowed-scope': ['openid'],
    'name-claim': 'mandatory',
    'email-claim': 'mandatory',
    claims: [{ name: 'groups', 'user-property': 'groups', type: 'string', mandatory: true }],
    'introspection-revocation-allowed': false,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(child: ChildProcess, url: string): Promise<void> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += String(chunk)));
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`glewlwyd ended: ${said}`);
    if (
      await fetch(url).then(
        (reply) => reply.ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`glewlwyd does not answer: ${said}`);
}
