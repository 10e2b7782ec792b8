import { stripVTControlCharacters } from 'node:util';

/**
 * Runs `main` if the module was started as a command. A failure is one message on stderr, without the stack of a script
 * that the reader did not write, and exit status 1.
 */
export async function runAsCommand(module: ImportMeta, main: () => Promise<void> | void): Promise<void> {
  if (process.argv[1] !== module.filename) return;
  try {
    await main();
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}

/** What an unknown failure says, without colour codes where the output is no terminal. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return process.stderr.isTTY ? message : stripVTControlCharacters(message);
}
