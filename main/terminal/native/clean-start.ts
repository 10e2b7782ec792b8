import { existsSync } from 'node:fs';

/** By full path: PATH is the person's. */
const BASH = '/bin/bash';
/** Closes what stands above the three standard descriptors, then becomes the program. */
const CLOSE_AND_BECOME = `for fd in /proc/self/fd/*; do
  fd=\${fd##*/}
  if [ "$fd" -gt 2 ]; then eval "exec $fd>&-"; fi
done
exec "$@"`;

/**
 * The command that starts a program with nothing of this app open in it. Chromium does not mark its files and sockets to
 * be closed in programs that Node starts, and a terminal outlives the app: it would hold them, and hand them on. Closing
 * takes bash, since other shells can name the first ten descriptors only; where it is missing the program starts as it is.
 */
export function withNothingOpen(
  command: readonly string[],
  platform: NodeJS.Platform,
  hasBash: boolean = existsSync(BASH),
): readonly string[] {
  // A program that is gone is told from one that fails only where it is started itself.
  const isThere = command[0] !== undefined && existsSync(command[0]);
  if (platform !== 'linux' || !hasBash || !isThere) return command;
  // Privileged (-p): it reads no file that BASH_ENV names, and takes no options or functions from the person's environment.
  return [BASH, '-p', '-c', CLOSE_AND_BECOME, 'sallyport', ...command];
}
