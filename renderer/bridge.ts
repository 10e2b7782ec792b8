import type { Failure, Result } from '../protocol/errors.ts';
import type { Bridge } from '../protocol/ipc/bridge.ts';
import type { CommandInput, CommandName, CommandOutput } from '../protocol/ipc/commands.ts';

declare global {
  interface Window {
    readonly sallyport: Bridge;
  }
}

/** The only way out of a window. */
export const bridge: Bridge = window.sallyport;

const LOST: Failure = { code: 'internal', message: 'Sallyport did not answer. Try again, or quit and start it again.' };

/** Sends a command; a broken channel becomes a Failure like any other. */
export async function send<K extends CommandName>(name: K, input: CommandInput<K>): Promise<Result<CommandOutput<K>>> {
  try {
    return await bridge.commands[name](input);
  } catch {
    return { ok: false, error: LOST };
  }
}
