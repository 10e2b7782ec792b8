import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CertificateReply } from '../../../protocol/api/routes.ts';
import { signIn, type TestClient } from '../../support/backend.ts';
import { removeFolder } from '../../support/folder.ts';
import { type BackendProcess, startDemoProcess } from './backend-process.ts';

const run = promisify(execFile);
let folder: string;
let backend: BackendProcess;
let people: Record<'erin' | 'dana' | 'sam' | 'uma', TestClient>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-demo-'));
  backend = await startDemoProcess(folder);
  const { address } = backend.ready;
  people = {
    erin: await signIn(address, 'erin'),
    dana: await signIn(address, 'dana'),
    sam: await signIn(address, 'sam'),
    uma: await signIn(address, 'uma'),
  };
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'id')]);
});
afterAll(async () => {
  await backend?.end('SIGTERM');
  await removeFolder(folder);
});

async function grantFor(target: string, durationSeconds: number) {
  const { erin, dana } = people;
  const { access } = await erin.call('overview.show', {});
  const login = access.find((a) => a.target.name === target)?.options[0]?.logins[0] ?? '';
  const body = { target, login, durationSeconds, reason: 'a test' };
  const { id } = await erin.call('requests.create', { body });
  const decided = await dana.call('requests.decide', { params: { id }, body: { verdict: 'approve', revision: 1 } });
  return { id: decided.grantId ?? '', login };
}

async function certificateFor(grantId: string): Promise<CertificateReply> {
  const publicKey = (await readFile(join(folder, 'id.pub'), 'utf8')).trim();
  const reply = await people.erin.call('grants.certificate', { params: { id: grantId }, body: { publicKey } });
  await writeFile(join(folder, 'id-cert.pub'), `${reply.certificate}\n`);
  const names = reply.endpoint.hostKeys.map((key) => `[${reply.endpoint.host}]:${reply.endpoint.port} ${key}`);
  await writeFile(join(folder, 'known_hosts'), `${names.join('\n')}\n`);
  return reply;
}

function ssh(reply: CertificateReply, command: string, username = reply.username) {
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
    `CertificateFile=${join(folder, 'id-cert.pub')}`,
  ];
  const words = options.flatMap((option) => ['-o', option]);
  return run('ssh', [
    '-F',
    'none',
    ...words,
    '-i',
    join(folder, 'id'),
    '-p',
    String(reply.endpoint.port),
    '-l',
    username,
    reply.endpoint.host,
    command,
  ]).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, said: error.stderr }),
  );
}

async function auditOf(kind: string) {
  const { entries } = await people.uma.call('audit.list', { query: { limit: 1000 } });
  return entries.filter((entry) => entry.kind === kind);
}

test('OpenSSH logs in through the gateway with a certificate of the backend, and each step is in the audit log', async () => {
  const grant = await grantFor('billing-app', 60);
  const reply = await certificateFor(grant.id);
  const { stdout } = await run('ssh-keygen', ['-L', '-f', join(folder, 'id-cert.pub')]);
  expect(stdout).toContain(`${grant.login}@billing-app`);
  expect(await ssh(reply, 'echo it is $(whoami)')).toEqual({ code: 0, said: `it is ${grant.login}\n` });
  await people.erin.call('grants.release', { params: { id: grant.id } });
  for (const kind of [
    'request.created',
    'decision.made',
    'grant.given',
    'session.opened',
    'session.ended',
    'grant.ended',
  ])
    expect(await auditOf(kind), kind).not.toHaveLength(0);
});

test('an ended grant and a wrong principal are refused, and the audit log says why', async () => {
  const grant = await grantFor('staging-web', 60);
  const reply = await certificateFor(grant.id);
  expect((await ssh(reply, 'true', `${grant.login}@billing-app`)).code).toBe(255);
  await people.dana.call('grants.revoke', { params: { id: grant.id }, body: { reason: 'enough' } });
  expect((await ssh(reply, 'true')).code).toBe(255);
  // The gateway writes its refusals down beside the connection, not before it answers.
  await expect
    .poll(async () => (await auditOf('session.refused')).map((entry) => entry.message))
    .toEqual([expect.stringMatching(/not for .*@billing-app/), expect.stringMatching(/revoked by Dana Novak/)]);
});

test('a session is cut when its grant is revoked', async () => {
  const grant = await grantFor('billing-app', 60);
  const reply = await certificateFor(grant.id);
  const session = ssh(reply, 'echo in; sleep 30');
  const opened = async (): Promise<boolean> =>
    (await auditOf('session.opened')).some((entry) => entry.details.grant === grant.id);
  while (!(await opened())) await new Promise((resolve) => setTimeout(resolve, 20));
  const at = Date.now();
  await people.dana.call('grants.revoke', { params: { id: grant.id }, body: { reason: 'enough' } });
  expect((await session).code).toBe(255);
  expect(Date.now() - at).toBeLessThan(1000);
});

test('OpenSSH logs in to a target without a gateway, and the gateway does not dial that one', async () => {
  const grant = await grantFor('build-box', 60);
  const reply = await certificateFor(grant.id);
  expect(reply).toMatchObject({ username: grant.login, endpoint: { kind: 'direct' } });
  expect(await ssh(reply, 'echo it is $(whoami)')).toEqual({ code: 0, said: `it is ${grant.login}\n` });
  const { host, port } = backend.ready.gateway;
  const atGateway = await people.erin.call('overview.show', {});
  expect(atGateway.grants.find((g) => g.id === grant.id)?.target.via).toBe('direct');
  const keys = await run('ssh-keyscan', ['-t', 'ed25519', '-p', String(port), host]);
  await writeFile(join(folder, 'known_hosts'), keys.stdout);
  const through = { ...reply, endpoint: { ...reply.endpoint, host, port } };
  expect((await ssh(through, 'true', `${grant.login}@build-box`)).code).toBe(255);
});

test('a session goes on over the first end of its access when more time is given, and connects onward if the role lets it', async () => {
  const { erin, dana } = people;
  const grant = await grantFor('staging-web', 30);
  const reply = await certificateFor(grant.id);
  const before = (await erin.call('overview.show', {})).grants.find((g) => g.id === grant.id);
  const rest = Math.ceil(((before?.endsAt ?? 0) - Date.now()) / 1000) + 2;
  const session = ssh(reply, `sleep ${rest}; echo still here`);
  await expect
    .poll(async () => auditOf('session.opened').then((e) => e.some((o) => o.details.grant === grant.id)))
    .toBe(true);
  const more = { params: { id: grant.id }, body: { durationSeconds: 60, reason: 'not done', ticket: '' } };
  const { id, revision } = await erin.call('grants.extend', more);
  await dana.call('requests.decide', { params: { id }, body: { verdict: 'approve', revision } });
  expect(await session).toEqual({ code: 0, said: 'still here\n' });
  expect(Date.now()).toBeGreaterThan(before?.endsAt ?? 0);
  await erin.call('grants.release', { params: { id: grant.id } });
}, 60_000);

test('access that was asked for until its session closes ends with it', async () => {
  const { erin, dana } = people;
  const { access } = await erin.call('overview.show', {});
  const login = access.find((a) => a.target.name === 'staging-web')?.options[0]?.logins[0] ?? '';
  const body = { target: 'staging-web', login, durationSeconds: 600, reason: 'a test', endsWithSession: true };
  const { id } = await erin.call('requests.create', { body });
  const { grantId } = await dana.call('requests.decide', { params: { id }, body: { verdict: 'approve', revision: 1 } });
  const reply = await certificateFor(grantId ?? '');
  expect((await ssh(reply, 'true')).code).toBe(0);
  const status = async () => (await erin.call('overview.show', {})).grants.find((g) => g.id === grantId)?.status;
  await expect.poll(status).toMatchObject({ state: 'ended', reason: 'released' });
  expect((await ssh(reply, 'true')).code).toBe(255);
});
