import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signIn, TestClient } from '../../support/backend.ts';
import { BUILT_BACKEND } from '../../support/built-backend.ts';
import { removeFolder } from '../../support/folder.ts';
import { type BackendProcess, failedStart, startDemoProcess } from './backend-process.ts';
import { descendants, stillRunning, untilGone } from './processes.ts';

let folder: string;
let backend: BackendProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-demo-'));
});
afterEach(async () => {
  await backend?.end('SIGTERM');
  backend = undefined;
  await removeFolder(folder);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops everything, cleanly, with people connected', async (signal) => {
  backend = await startDemoProcess(folder);
  const dana = await signIn(backend.ready.address, 'dana');
  const stream = await dana.events();
  await stream.until((event) => event.kind === 'heartbeat');
  let more = '';
  backend.child.stdout?.on('data', (chunk: Buffer) => {
    more += chunk.toString();
  });
  await (await signIn(backend.ready.address, 'sam')).call('auth.signOut', {});
  const below = await descendants(backend.pid);
  expect(below.length).toBeGreaterThan(2);
  expect(await backend.end(signal)).toBe(0);
  await stream.ended;
  // The ready line is all that is ever said there: programs read it.
  expect(more).toBe('');
  expect(await stillRunning(below)).toEqual([]);
  expect(await readFile(join(folder, 'database.log'), 'utf8')).toMatch(/database system is shut down\s*$/);
});

test('a demo ends when whoever started it is killed', async () => {
  // A middleman that starts the backend and then is killed without a word.
  const words = [...BUILT_BACKEND, 'demo', '--data', folder];
  const script = `require('child_process').spawn(process.execPath, ${JSON.stringify(words)}, { stdio: 'inherit' }); setInterval(() => {}, 1000)`;
  const middleman = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(createInterface({ input: middleman.stdout }), 'line');
  const below = await descendants(middleman.pid ?? 0);
  expect(below.length).toBeGreaterThan(3);
  middleman.kill('SIGKILL');
  await untilGone(below, 10_000);
});

test('the same folder has the same addresses and people the next time', async () => {
  backend = await startDemoProcess(folder);
  const first = backend.ready;
  const { id, tokens } = await signIn(first.address, 'erin');
  await backend.end('SIGTERM');
  backend = await startDemoProcess(folder);
  expect(backend.ready).toEqual(first);
  // The provider remembers the sign-in too: nobody has to sign in again.
  const body = { grantType: 'refresh' as const, refreshToken: tokens.refreshToken };
  expect((await new TestClient(first.address, undefined).call('auth.token', { body })).person.id).toBe(id);
  expect((await signIn(backend.ready.address, 'erin')).id).toBe(id);
});

test('the policy file is followed while it runs; SIGHUP reads it too; an error changes nothing', async () => {
  backend = await startDemoProcess(folder);
  const { address } = backend.ready;
  const [erin, uma] = [await signIn(address, 'erin'), await signIn(address, 'uma')];
  const roles = async () => (await erin.call('overview.show', {})).access.flatMap((a) => a.options.map((o) => o.role));
  const file = join(folder, 'policy.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll('name: staging\n', 'name: playground\n'));
  backend.child.kill('SIGHUP');
  await expect.poll(roles).toContain('playground');
  await writeFile(file, text.replace('maxDuration: 4h', 'maxDuration: four hours'));
  const refused = async () =>
    (await uma.call('audit.list', { query: {} })).entries.find((e) => e.kind === 'policy.refused');
  await expect
    .poll(refused)
    .toMatchObject({ message: expect.stringMatching(/policy.yaml, line \d+, "roles.0.maxDuration"/) });
  expect(await roles()).toContain('playground');
});

describe('a start that cannot work says one sentence, prints nothing else and leaves nothing', () => {
  test.each<[string, string[], number, RegExp]>([
    ['no words', [], 2, /^Say what to do; `sallyport help` lists the commands\.$/],
    ['no folder', ['demo'], 2, /^Say --data DIR/],
    ['a port that is none', ['demo', '--data', 'x', '--port', '80000'], 2, /^--port must be a port number/],
    ['a demo’s word with a configuration', ['serve', '--port', '1'], 2, /^There is no option --port\.$/],
    [
      'a configuration that is not there',
      ['serve', '--config', '/nowhere/backend.yaml'],
      1,
      /cannot be read: it is not there\.$/,
    ],
  ])('%s', async (_, words, status, sentence) => {
    const { code, said, out } = await failedStart(words);
    expect({ code, out }).toEqual({ code: status, out: '' });
    expect(said).toMatch(sentence);
    expect(said).not.toMatch(/ at .*:\d+:\d+/);
  });

  test('a configuration with an error', async () => {
    const file = join(folder, 'backend.yaml');
    await writeFile(file, 'org: { name: Example }\ndata: /var/lib/x\nhttp:\n  publicUrl: sallyport.example.com\n');
    const { code, said } = await failedStart(['serve', '--config', file]);
    expect(code).toBe(1);
    expect(said).toMatch(/^backend\.yaml, line 4, "http\.publicUrl": /);
  });

  test.each(['--port', '--gateway-port'])('a taken %s', async (word) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = (taken.address() as { port: number }).port;
    const { code, said, out } = await failedStart(['demo', '--data', folder, word, String(port)]);
    taken.close();
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(said.split('\n').at(-1)).toMatch(new RegExp(`${port}.*another program`));
    // Nothing was left behind: the same folder starts.
    backend = await startDemoProcess(folder);
  });

  test('a folder that another backend uses', async () => {
    backend = await startDemoProcess(folder);
    const { code, said } = await failedStart(['demo', '--data', folder]);
    expect(code).toBe(1);
    expect(said).toMatch(new RegExp(`Another backend \\(process ${backend.pid}\\) already uses`));
    await signIn(backend.ready.address, 'erin');
  });
});

test('when the database dies, so does the backend, with one sentence, and the next start works', async () => {
  backend = await startDemoProcess(folder);
  const erin = await signIn(backend.ready.address, 'erin');
  const pid = Number((await readFile(join(folder, 'database', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  let said = '';
  backend.child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const exited = once(backend.child, 'exit');
  process.kill(pid, 'SIGKILL');
  expect((await exited)[0]).toBe(1);
  expect(said).toMatch(/The embedded database died/);
  backend = await startDemoProcess(folder);
  expect((await erin.call('overview.show', {})).person.id).toBe(erin.id);
});
