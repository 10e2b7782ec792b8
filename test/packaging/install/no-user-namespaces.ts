import { writeFile } from 'node:fs/promises';
import { firstLine, type Program, startProgram } from '../../../scripts/processes.ts';
import type { OrdinaryUser } from './ordinary-user.ts';

/** The accounts that exist inside, under the same numbers as outside: user_namespaces(7). */
const EVERYBODY = '0 0 65536\n';

/**
 * Starts a program as a person on a machine whose kernel grants no user namespaces. The program lives in a namespace that
 * root has made for it, where the limit of further ones is 0 (namespaces(7)): nothing changes for the rest of the machine,
 * and setuid programs work as they do outside.
 */
export async function startWithoutUserNamespaces(
  user: OrdinaryUser,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Program> {
  const { uid, gid, home } = user;
  // The limit can be set only by one who became root inside by starting after the accounts were mapped.
  const limit = 'echo 0 > /proc/sys/user/max_user_namespaces';
  const asUser = `exec setpriv --reuid ${uid} --regid ${gid} --clear-groups "$@"`;
  const inside = `echo made; read go; exec sh -c '${limit} && ${asUser}' sh "$@"`;
  const started = startProgram('unshare', ['--user', 'sh', '-c', inside, 'sh', program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: home,
    env: { ...user.env, ...env },
  });
  const { stdin, stdout, pid } = started.child;
  if (!stdin || !stdout) throw new Error('unshare has no input or output.');
  await firstLine(started, stdout, 'unshare');
  await writeFile(`/proc/${pid}/uid_map`, EVERYBODY);
  await writeFile(`/proc/${pid}/gid_map`, EVERYBODY);
  stdin.end('go\n');
  return started;
}
