import { execFile, spawn } from 'node:child_process';
import { access, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../../protocol/errors.ts';
import { killTree } from './process-tree.ts';

export interface TargetHostOptions {
  /** Keeps the host key, the configuration and the log. An existing host key in it is used again. */
  readonly folder: string;
  /** The CA that may certify users, as a public key line; several on lines of their own. */
  readonly userCaLine: string;
  /** Presented beside the host key: a line as in `*-cert.pub`, for the key of this folder (see `hostKeyLine`). */
  readonly hostCertificate?: (hostKeyLine: string) => Promise<string>;
  /** More lines for sshd_config. */
  readonly config?: readonly string[];
}

export interface TargetHost {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly hostKeyLine: string;
  /** The account that can log in; also the principal its certificate needs. */
  readonly login: string;
  /** What sshd has logged so far. */
  log(): Promise<string>;
  /** Ends sshd and every session it still serves. */
  stop(): Promise<void>;
}

const run = promisify(execFile);

/**
 * Starts a real OpenSSH sshd of its own (configuration, host key, free port on loopback) that trusts the given user
 * CA and no other key or password.
 *
 * Who can log in: the user this runs as, and only that one. sshd without root can serve no other account, and as root
 * no account of the machine is touched or made; so the demo's login is `TargetHost.login` everywhere.
 * @throws AppError 'unavailable' when sshd is missing or does not start
 */
export async function startTargetHost(options: TargetHostOptions): Promise<TargetHost> {
  const sshd = await findSshd();
  const login = userInfo().username;
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const hostKeyLine = await hostKeyIn(options.folder);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    await writeConfig(options, port, hostKeyLine);
    const started = await start(sshd, options.folder, port);
    if (started.ok) {
      return {
        port,
        hostKeyLine,
        login,
        log: () => readFile(join(options.folder, 'sshd.log'), 'utf8'),
        stop: started.stop,
      };
    }
    // Somebody else took the port between our looking and sshd's binding.
    if (!/Address already in use/.test(started.log) || attempt === 5) {
      throw new AppError('unavailable', `sshd did not start: ${started.log.trim().split('\n').at(-1) ?? 'no output'}`);
    }
  }
}

async function findSshd(): Promise<string> {
  const usual = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin', '/usr/bin'];
  for (const folder of [...usual, ...(process.env.PATH ?? '').split(delimiter)]) {
    const path = join(folder, 'sshd');
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  throw new AppError('unavailable', 'OpenSSH server is not installed. On Debian or Ubuntu: apt install openssh-server');
}

async function hostKeyIn(folder: string): Promise<string> {
  const file = join(folder, 'host_ed25519');
  const line = () => readFile(`${file}.pub`, 'utf8');
  const present = await line().catch(() => undefined);
  if (present === undefined) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
  return (present ?? (await line())).trim();
}

async function writeConfig(options: TargetHostOptions, port: number, hostKeyLine: string): Promise<void> {
  const { folder } = options;
  await writeFile(join(folder, 'user_ca.pub'), `${options.userCaLine}\n`);
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host_ed25519')}`,
    `TrustedUserCAKeys ${join(folder, 'user_ca.pub')}`,
    'AuthorizedKeysFile none',
    'AuthenticationMethods publickey',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    `UsePAM ${(await isLocked()) ? 'yes' : 'no'}`,
    'StrictModes no',
    'PidFile none',
    'Subsystem sftp internal-sftp',
    'AcceptEnv LANG LC_* COLORTERM',
    `SetEnv "HOME=${await homeIn(folder)}"`,
    'PrintMotd no',
    'PrintLastLog no',
    'UseDNS no',
    'MaxStartups 100',
    'ClientAliveInterval 15',
    'LogLevel VERBOSE',
    ...(options.config ?? []),
  ];
  if (options.hostCertificate) {
    const file = join(folder, 'host_ed25519-cert.pub');
    await writeFile(file, `${await options.hostCertificate(hostKeyLine)}\n`);
    lines.push(`HostCertificate ${file}`);
  }
  await writeFile(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
}

/**
 * Shells of the demo begin in a home of its own: a session that is cut in the middle of the person's own start-up files
 * could leave their lock files behind.
 */
async function homeIn(folder: string): Promise<string> {
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(join(home, '.profile'), 'cd "$HOME"\nPS1=\'$ \'\n');
  return home;
}

/** Without PAM sshd refuses an account whose password is locked with "!", as root is on an installed Ubuntu. */
async function isLocked(): Promise<boolean> {
  const shadow = await readFile('/etc/shadow', 'utf8').catch(() => '');
  return shadow.split('\n').some((line) => line.startsWith(`${userInfo().username}:!`));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new AppError('internal', 'no free port');
  return address.port;
}

/** Runs a command as long as descriptor 3 is open at our end, so that it does not outlive a kill -9 of this process. */
const UNTIL_WE_END = `"$@" 3<&- &
command=$!
{ read -r _ <&3; kill -9 $command; } >/dev/null 2>&1 &
watcher=$!
wait $command
status=$?
kill $watcher
exit $status`;

type Started = { ok: true; stop(): Promise<void> } | { ok: false; log: string };

async function start(sshd: string, folder: string, port: number): Promise<Started> {
  const logFile = await open(join(folder, 'sshd.log'), 'w', 0o600);
  // -D: stay our child; -e: log to stderr. It runs itself again for each connection, hence the absolute path.
  const command = [sshd, '-D', '-e', '-f', join(folder, 'sshd_config')];
  const child = spawn('/bin/sh', ['-c', UNTIL_WE_END, 'sh', ...command], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const listening = new Promise<void>((resolve) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      void logFile.appendFile(text);
      if (log.length < 10_000) log += text;
      if (log.includes(`Server listening on 127.0.0.1 port ${port}`)) resolve();
    });
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve(logFile.close())));
  const first = await Promise.race([listening.then(() => 'listening'), exited.then(() => 'exited')]);
  if (first === 'exited') {
    await closed;
    return { ok: false, log };
  }
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      await killTree(child.pid);
    }
    await closed;
  };
  return { ok: true, stop };
}
