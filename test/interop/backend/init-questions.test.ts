// The questions, on a terminal: script(1) gives one.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readConfig } from '../../../backend/config.ts';
import { type DemoIdentityProvider, startDemoIdentityProvider } from '../../../backend/demo/identity-provider.ts';
import { BUILT_BACKEND } from '../../support/built-backend.ts';
import { removeFolder } from '../../support/folder.ts';

const SECRET = randomBytes(16).toString('hex');
const CTRL_C = '\x03';

let provider: DemoIdentityProvider;
let folder: string;
let conversation: Conversation | undefined;

beforeAll(async () => {
  provider = await startDemoIdentityProvider({
    clientId: 'sallyport',
    clientSecret: SECRET,
    redirectUris: ['http://127.0.0.1/'],
  });
});
afterAll(() => provider.dispose());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-init-'));
});
afterEach(async () => {
  await conversation?.end();
  conversation = undefined;
  await removeFolder(folder);
});

class Conversation {
  /** All that stood on the screen. */
  shown = '';
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  #read = 0;

  constructor(words: readonly string[]) {
    const command = [process.execPath, ...BUILT_BACKEND, 'init', ...words];
    const quoted = command.map((word) => `'${word}'`).join(' ');
    this.#child = spawn('script', ['-qec', quoted, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      // Without what moves the cursor.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
      this.shown += chunk.toString().replaceAll(/\x1b\[[\d;?]*[A-Za-z]/g, '');
    });
    this.#exited = once(this.#child, 'exit').then(([code]) => code as number | null);
  }

  /** Waits for a question that was not answered yet, and answers it. */
  async answer(question: RegExp, answer: string): Promise<void> {
    await vi.waitFor(() => expect(this.shown.slice(this.#read)).toMatch(question), { timeout: 20_000, interval: 20 });
    this.#read = this.shown.length;
    this.#child.stdin?.write(answer === CTRL_C ? answer : `${answer}\r`);
  }

  exit(): Promise<number | null> {
    return this.#exited;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

function begin(): Conversation {
  conversation = new Conversation(['--data', join(folder, 'data'), '--config', join(folder, 'backend.yaml')]);
  return conversation;
}

test('asks what no option said, refuses what will not do, shows no secret, and writes what was agreed to', async () => {
  const [http, gateway] = await Promise.all([freePort(), freePort()]);
  const asked = begin();
  await asked.answer(/Name of the organisation: $/, 'Example');
  await asked.answer(/reach it .*: $/, 'sallyport.example.com');
  await asked.answer(/Write an address such as https:[\s\S]*: $/, `http://127.0.0.1:${http}`);
  await asked.answer(/listen on for HTTP \[127\.0\.0\.1\]: $/, '');
  await asked.answer(new RegExp(`Port to listen on for HTTP \\[${http}\\]: $`), '');
  await asked.answer(/or none \[none\]: $/, '');
  await asked.answer(/as apps reach it \[127\.0\.0\.1\]: $/, '');
  await asked.answer(/Port of the gateway \[2222\]: $/, String(http));
  await asked.answer(/cannot share a port[\s\S]*all the same\? \[y\/N\] $/, 'n');
  await asked.answer(/Port of the gateway \[2222\]: $/, String(gateway));
  await asked.answer(/Issuer .*: $/, `${provider.issuer}/nothing-here`);
  await asked.answer(/no OpenID configuration[\s\S]*\[y\/N\] $/, '');
  await asked.answer(/Issuer .*: $/, provider.issuer);
  await asked.answer(/Client id there \[sallyport\]: $/, '');
  await asked.answer(/groups \[groups\]: $/, 'roles');
  await asked.answer(/Database: .* \[embedded\]: $/, '');
  await asked.answer(/Client secret \(not shown\): $/, SECRET);
  await asked.answer(/This will be written:[\s\S]*Write it\? \[Y\/n\] $/, '');
  expect(await asked.exit()).toBe(0);
  expect(asked.shown).not.toContain(SECRET);
  expect(asked.shown).toContain('sallyport doctor --config');
  expect(await readFile(join(folder, 'client-secret'), 'utf8')).toBe(`${SECRET}\n`);
  const { config } = await readConfig(join(folder, 'backend.yaml'));
  expect(config).toMatchObject({
    org: { name: 'Example' },
    http: { port: http, publicUrl: `http://127.0.0.1:${http}` },
    gateway: { port: gateway, advertised: { host: '127.0.0.1', port: gateway } },
    identityProvider: { issuer: provider.issuer, groupsClaim: 'roles' },
  });
});

describe('whoever goes away leaves nothing', () => {
  test('Ctrl-C', async () => {
    const asked = begin();
    await asked.answer(/Name of the organisation: $/, CTRL_C);
    expect(await asked.exit()).toBe(1);
    expect(asked.shown).toContain('Nothing was written.');
    expect(await readdir(folder)).toEqual([]);
  });

  test('and is not asked at all where there is a configuration already', async () => {
    await writeFile(join(folder, 'backend.yaml'), 'mine');
    const asked = begin();
    expect(await asked.exit()).toBe(1);
    expect(asked.shown).toMatch(/backend\.yaml is there already/);
    expect(asked.shown).not.toContain('Name of the organisation');
  });
});
