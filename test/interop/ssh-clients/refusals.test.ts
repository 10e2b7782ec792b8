import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { removeFolder } from '../../support/folder.ts';
import { startSshd } from '../../support/sshd.ts';
import { run } from '../gateway/world.ts';
import { Computer, LOGIN, runWithAgent } from './computer.ts';

const HOST = 'billing-app.sallyport';
const DIRECT = 'build-host.sallyport';

let computer: Computer;
let folder: string;
/** SSH_AUTH_SOCK of the two agents. */
let agents: { gateway: string; direct: string };
beforeAll(async () => {
  computer = await Computer.start();
  folder = await mkdtemp(join(tmpdir(), 'sallyport-refusals-'));
  await Promise.all([computer.grant('billing-app'), computer.grant('build-host')]);
  const agentOf = async (host: string) => (await computer.settingOf(host, 'identityagent')) ?? '';
  agents = { gateway: await agentOf(HOST), direct: await agentOf(DIRECT) };
});
afterAll(async () => {
  await computer.dispose();
  await removeFolder(folder);
});
beforeEach(() => computer.log.splice(0));

it('another login, which the gateway refuses before the agent is asked', async () => {
  const ran = await computer.ssh(['-l', 'somebody@billing-app', HOST, 'echo in']);
  expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
  expect(ran.stderr).toContain('The certificate is for');
});

it('another login, which a careless target would have let in', async () => {
  const ran = await computer.ssh(['-l', 'nobody', DIRECT, 'echo in']);
  expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
  expect(ran.stderr).toMatch(/agent refused operation/);
  expect(computer.log).toContainEqual(expect.stringContaining('refused: another login: "nobody"'));
});

it.each([
  ['that is not pinned', []],
  ['with a certificate that is not pinned', ['certified']],
])('a host %s, though ssh itself would let it pass', async (_what, [certified]) => {
  const other = await startSshd({
    userCaLine: formatKeyLine(computer.backend.keys.directCa.publicBlob),
    ...(certified === undefined ? {} : { hostCertificate: (line: string) => hostCertificate(folder, line) }),
  });
  try {
    const lax = [
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'UserKnownHostsFile=/dev/null',
      '-o',
      `IdentityAgent=${agents.direct}`,
    ];
    const ran = await run('ssh', [
      '-F',
      '/dev/null',
      ...lax,
      '-p',
      String(other.port),
      '-l',
      LOGIN,
      '127.0.0.1',
      'echo in',
    ]);
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
    expect(computer.log).toContainEqual(expect.stringContaining('refused: another host key than those of'));
  } finally {
    await other.stop();
  }
});

it('a host that answers with another key, which ssh refuses by our known_hosts', async () => {
  const other = await startSshd({ userCaLine: formatKeyLine(computer.backend.keys.directCa.publicBlob) });
  try {
    // Our known_hosts is filled by the first connection.
    expect((await computer.ssh([DIRECT, 'true'])).code).toBe(0);
    const ran = await computer.ssh(['-p', String(other.port), DIRECT, 'echo in']);
    expect([ran.code, ran.stdout.toString()]).toEqual([255, '']);
    expect(ran.stderr).toContain('Host key verification failed');
  } finally {
    await other.stop();
  }
});

it('a forwarded agent: it lists nothing there and lets nobody onward', async () => {
  const ca = join(folder, 'elsewhere-ca');
  const key = join(folder, 'elsewhere-key');
  for (const file of [ca, key]) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  await run('ssh-keygen', ['-q', '-s', ca, '-I', 'erin', '-n', LOGIN, `${key}.pub`]);
  const elsewhere = await startSshd({ userCaLine: (await readFile(`${ca}.pub`, 'utf8')).trim() });
  try {
    // Somebody logs in elsewhere, by other means, and takes our agent along.
    const lax = ['-F', '/dev/null', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'];
    const take = [...lax, '-A', '-i', key, '-o', 'IdentitiesOnly=yes', '-p', String(elsewhere.port)];
    const there = (command: string) => runWithAgent(agents.direct, 'ssh', [...take, '-l', LOGIN, '127.0.0.1', command]);
    const listed = await there('ssh-add -l');
    expect([listed.code, listed.stdout.toString()]).toEqual([1, '']);
    expect(listed.stderr).toContain('agent refused operation');
    expect(computer.log).toContainEqual(expect.stringContaining('refused: it is used by forwarding'));
    const onward = await there(`ssh ${lax.join(' ')} -p ${computer.direct.port} ${LOGIN}@127.0.0.1 echo in`);
    expect([onward.code, onward.stdout.toString()]).toEqual([255, '']);
    expect(onward.stderr).toContain('Permission denied');
  } finally {
    await elsewhere.stop();
  }
});

it.each([
  ['the gateway', HOST],
  ['a direct target', DIRECT],
])('to be forwarded by %s, which the certificate does not allow', async (_what, host) => {
  const ran = await computer.ssh(['-A', host, 'ssh-add -l']);
  expect(ran.stdout.toString()).toBe('');
  expect(ran.code).not.toBe(0);
});

it('a signature over a file (ssh-keygen -Y sign)', async () => {
  const key = join(folder, 'id.pub');
  await writeFile(key, (await runWithAgent(agents.gateway, 'ssh-add', ['-L'])).stdout);
  const ran = await runWithAgent(agents.gateway, 'ssh-keygen', ['-Y', 'sign', '-n', 'git', '-f', key], 'a contract');
  expect([ran.code === 0, ran.stdout.toString()]).toEqual([false, '']);
  expect(ran.stderr).toContain('agent refused operation');
  expect(computer.log).toContainEqual(expect.stringContaining('refused: only logins are signed'));
});

it.each<[string, string[], RegExp]>([
  ['to be emptied', ['-D'], /Failed to remove all identities/],
  ['a key of the person', [], /agent refused operation/],
])('%s', async (_what, args, said) => {
  const key = join(folder, `id-${args.length}`);
  if (args.length === 0) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const ran = await runWithAgent(agents.gateway, 'ssh-add', args.length === 0 ? [key] : args);
  expect(ran.stderr).toMatch(said);
  expect((await runWithAgent(agents.gateway, 'ssh-add', ['-l'])).stdout.toString()).toMatch(/^256 .*\n$/);
});

it('nobody who logs in as they should', async () => {
  expect((await computer.ssh([HOST, 'echo in'])).stdout.toString()).toBe('in\n');
  expect(computer.log).toContainEqual(expect.stringContaining(`signed a login as ${LOGIN}@billing-app`));
});

/** A host certificate as an operator would make it. */
async function hostCertificate(folder: string, hostKeyLine: string): Promise<string> {
  const [ca, key] = [join(folder, 'host-ca'), join(folder, 'host.pub')];
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', ca]);
  await writeFile(key, `${hostKeyLine}\n`);
  await run('ssh-keygen', ['-q', '-s', ca, '-I', 'host', '-h', '-n', '127.0.0.1', key]);
  return (await run('cat', [join(folder, 'host-cert.pub')])).stdout.toString().trim();
}
