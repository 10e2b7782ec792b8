import { existsSync } from 'node:fs';
import { type Outcome, outputOf, run } from './programs.ts';

/** The package, and where it puts the app. */
export const PACKAGE = 'sallyport';
export const FOLDER = '/opt/Sallyport';
export const EXECUTABLE = `${FOLDER}/sallyport-desktop`;
export const DESKTOP_FILE = 'sallyport-desktop.desktop';
/** What IT wrote. */
export const POLICY_FOLDER = '/etc/sallyport';
export const POLICY_FILE = `${POLICY_FOLDER}/policy.json`;

/**
 * Nobody is there to answer; another apt may be at work; our packages lie where apt's own user may not read; no power cut
 * is survived here, so no file is waited for to be on the disk.
 */
const OPTIONS = ['DPkg::Lock::Timeout=300', 'APT::Sandbox::User=root', 'DPkg::Options::=--force-unsafe-io'];
const QUIET = ['-q', '-y', ...OPTIONS.flatMap((option) => ['-o', option])];
const ENVIRONMENT = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };

/** Whether this is a system on which packages can be installed by us: Debian's tools, and root. */
export const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

/** Runs apt-get as an administrator does. */
export function aptGet(...args: string[]): Promise<Outcome> {
  return run('apt-get', [...QUIET, ...args], { env: ENVIRONMENT, timeout: 300_000 });
}

/** The same, and throws with what apt said when it fails. */
export async function aptGetMust(...args: string[]): Promise<string> {
  return outputOf('apt-get', [...QUIET, ...args], { env: ENVIRONMENT, timeout: 300_000 });
}

export function installDeb(file: string): Promise<string> {
  return aptGetMust('install', '--no-install-recommends', file);
}

/** What dpkg knows of a package: "install ok installed 1.2.3", or '' when nothing. */
export async function dpkgStatus(name: string = PACKAGE): Promise<string> {
  const { status, stdout } = await run('dpkg-query', ['-W', '-f', `\${Status} \${Version}`, name]);
  return status === 0 ? stdout.trim() : '';
}

/** Paths that dpkg says are the package's. */
export async function filesOfPackage(name: string = PACKAGE): Promise<string[]> {
  return (await outputOf('dpkg-query', ['-L', name])).split('\n').filter((path) => path !== '' && path !== '/.');
}
