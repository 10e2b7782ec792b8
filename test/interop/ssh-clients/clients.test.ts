import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder } from '../../support/folder.ts';
import { run } from '../gateway/world.ts';
import { Computer, LOGIN } from './computer.ts';

const HOST = 'billing-app.sallyport';

/** What people have in their configuration, and what would break access if it were not overruled. */
const HABITS = `
Host *
  User somebody-else
  Port 2200
  ProxyJump bastion.invalid
  IdentityFile ~/.ssh/id_rsa
  IdentitiesOnly yes
  IdentityAgent /nowhere
  ForwardAgent yes
  AddKeysToAgent yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  PreferredAuthentications password
  CanonicalizeHostname always
  CanonicalDomains example.com
  VerifyHostKeyDNS yes
  KnownHostsCommand /bin/true
  HostKeyAlgorithms rsa-sha2-512
  PubkeyAuthentication no
  PubkeyAcceptedAlgorithms rsa-sha2-512
  NoHostAuthenticationForLocalhost yes
  IgnoreUnknown UseKeychain
  UseKeychain yes
  SetEnv LC_HABIT=kept
`;

let computer: Computer;
let folder: string;
/** Where targets and control sockets keep things: without spaces, which the old scp and sockets do not like. */
let remote: string;
beforeAll(async () => {
  computer = await Computer.start();
  folder = join(computer.folder, 'work');
  await mkdir(join(computer.folder, 'home', '.ssh'), { recursive: true, mode: 0o700 });
  await mkdir(folder);
  remote = await mkdtemp(join(tmpdir(), 'sallyport-remote-'));
  await writeFile(computer.config, HABITS, { mode: 0o600 });
  await Promise.all([computer.grant('billing-app'), computer.grant('build-host')]);
});
afterAll(async () => {
  await computer.dispose();
  await removeFolder(remote);
});

/** ssh with the person's configuration, as one word for programs that split it. */
const ssh = (): string => `ssh -F '${computer.config}'`;

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe.each([
  ['through the gateway', HOST],
  ['to a direct target', 'build-host.sallyport'],
])('%s', (_way, host) => {
  it('ssh runs a command, whatever the person has set for all hosts', async () => {
    const ran = await computer.ssh([host, 'echo "$LC_HABIT"; whoami; exit 3']);
    expect([ran.stderr, ran.stdout.toString(), ran.code]).toEqual(['', `kept\n${LOGIN}\n`, 3]);
  });

  it('the long name means the same', async () => {
    expect((await computer.ssh([`${LOGIN}.${host}`, 'echo in'])).stdout.toString()).toBe('in\n');
  });

  it.each([
    ['scp', []],
    ['scp by its old protocol', ['-O']],
  ])('%s copies there and back', async (_program, options) => {
    const from = await file('scp-from', 'by scp');
    const [there, back] = [join(remote, 'scp-there'), join(folder, 'scp-back')];
    const scp = (...args: string[]) => run('scp', [...options, '-F', computer.config, ...args]);
    expect((await scp(from, `${host}:${there}`)).stderr).toBe('');
    expect((await scp(`${host}:${there}`, back)).stderr).toBe('');
    expect(await readFile(back, 'utf8')).toBe('by scp');
  });

  it('sftp puts and gets', async () => {
    const from = await file('sftp-from', 'by sftp');
    const [there, back] = [join(remote, 'sftp-there'), join(folder, 'sftp-back')];
    const batch = `put "${from}" "${there}"\nget "${there}" "${back}"\n`;
    const ran = await run('sftp', ['-F', computer.config, '-b', '-', host], batch);
    expect([ran.code, await readFile(back, 'utf8')]).toEqual([0, 'by sftp']);
  });

  it('rsync copies a folder', async () => {
    const from = join(folder, 'tree');
    await mkdir(join(from, 'deep'), { recursive: true });
    await writeFile(join(from, 'deep', 'leaf'), 'by rsync');
    const to = join(folder, `tree-${host}`);
    const ran = await run('rsync', ['-a', '-s', '-e', ssh(), `${from}/`, `${host}:${to}/`]);
    expect([ran.stderr, await readFile(join(to, 'deep', 'leaf'), 'utf8')]).toEqual(['', 'by rsync']);
  });

  it('git clones and pushes', async () => {
    const [origin, clone] = [join(remote, `${host}.git`), join(folder, `clone-${host}`)];
    const who = ['-c', 'user.name=Erin', '-c', 'user.email=erin@example.com', '-c', `core.sshCommand=${ssh()}`];
    const git = async (...args: string[]) => {
      const ran = await run('git', [...who, ...args]);
      if (ran.code !== 0) throw new Error(ran.stderr);
      return ran.stdout.toString();
    };
    await git('init', '-q', '--bare', origin);
    await git('clone', '-q', `${host}:${origin}`, clone);
    await git('-C', clone, 'commit', '-q', '--allow-empty', '-m', 'by git');
    await git('-C', clone, 'push', '-q', 'origin', 'HEAD:main');
    expect(await git('-C', origin, 'log', '--format=%s', 'main')).toBe('by git\n');
  });

  it('ansible finds the host, with its own masters', async () => {
    const python = ['-e', 'ansible_python_interpreter=/usr/bin/python3'];
    const ansible = ['-i', `${host},`, 'all', '-m', 'ping', '--ssh-common-args', `-F '${computer.config}'`, ...python];
    const ran = await run('env', [`ANSIBLE_HOME=${remote}/ansible`, 'ANSIBLE_NOCOLOR=1', 'ansible', ...ansible]);
    expect(ran.stdout.toString()).toMatch(/SUCCESS[\s\S]*"ping": "pong"/);
  });

  it.each<[string, (port: number, far: number) => string[], (port: number, far: number) => Promise<string>]>([
    [
      '-L',
      (port, far) => ['-L', `${port}:127.0.0.1:${far}`],
      async (port) => (await fetch(`http://127.0.0.1:${port}/`)).text(),
    ],
    ['-D, as VS Code Remote does,', (port) => ['-D', String(port)], bySocks],
  ])('ssh %s leads onward, where the role allows it', async (_option, forward, request) => {
    const page = createServer((_request, reply) => reply.end('onward'));
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    const far = (page.address() as AddressInfo).port;
    const port = await freePort();
    const control = join(remote, `control-${port}`);
    const master = ['-f', '-N', '-M', '-S', control, '-o', 'ExitOnForwardFailure=yes', ...forward(port, far), host];
    try {
      // What goes to the background keeps what it was started with.
      const ran = await run('sh', ['-c', 'exec ssh "$@" >/dev/null 2>&1', 'ssh', '-F', computer.config, ...master]);
      expect(ran.code).toBe(0);
      expect(await request(port, far)).toContain('onward');
    } finally {
      await computer.ssh(['-S', control, '-O', 'exit', host]);
      page.close();
    }
  });
});

/** A page of the target's network, read over a SOCKS proxy (RFC 1928) as a browser would. */
function bySocks(proxy: number, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(proxy, '127.0.0.1');
    socket.once('error', reject);
    socket.write(Buffer.from([5, 1, 0]));
    socket.once('data', () => {
      socket.write(Buffer.from([5, 1, 0, 1, 127, 0, 0, 1, port >> 8, port & 255]));
      socket.once('data', () => {
        socket.write('GET / HTTP/1.0\r\n\r\n');
        let page = '';
        socket.on('data', (bytes) => {
          page += bytes;
        });
        socket.on('end', () => resolve(page));
      });
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
