/** Chromium's switches that a packaged app does not start with, each with why. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  // Playwright needs it, so only development has it.
  ...['remote-debugging-port', 'remote-debugging-pipe'].map(
    (name) => [name, 'with remote debugging: it would open every window to other programs'] as const,
  ),
  ...['ignore-certificate-errors', 'ignore-certificate-errors-spki-list'].map(
    (name) => [name, `with --${name}: anybody on the network could pass for your backend`] as const,
  ),
  // They would lead the address that IT enforces to somebody else.
  ...['host-rules', 'host-resolver-rules'].map(
    (name) => [name, `with --${name}: your backend's address would lead elsewhere`] as const,
  ),
  ['ssl-key-log-file', 'with --ssl-key-log-file: it would write down how to read what it sends'],
]);

/** Why a packaged app does not start as it was started, if so: the end of a sentence. Pure. */
export function refusedSwitch(has: (name: string) => boolean): string | undefined {
  return [...REFUSED].find(([name]) => has(name))?.[1];
}
