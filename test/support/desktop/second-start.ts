import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from '../../../scripts/folders.ts';
import type { Person } from '../person.ts';

/** How long a start may take that only hands its arguments over, ms. */
const HAND_OVER_MS = 20_000;

/**
 * Starts the app of a person once more, as their desktop does for a link that somebody clicked. Resolves when this second
 * start has handed over to the first and ended; rejects when it does not end well.
 */
export async function startOnceMore(
  person: Person,
  { executable, display }: { executable: string; display: string },
  args: readonly string[],
): Promise<void> {
  const { profile, home } = person.app.folders;
  await promisify(execFile)(executable, ['--no-sandbox', `--user-data-dir=${profile}`, ROOT, ...args], {
    env: { PATH: process.env.PATH, HOME: home, DISPLAY: display, ...person.desktop.env },
    timeout: HAND_OVER_MS,
  });
}
