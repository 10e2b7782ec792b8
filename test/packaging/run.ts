import { execFileSync } from 'node:child_process';

/** What a program of the system says. @throws with its stderr when it fails */
export function outputOf(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
