import type { z } from 'zod';
import { AppError, type Result, sentenceOf, toFailure } from '../protocol/errors.ts';
import { type CommandName, type CommandOutput, type Commands, commands } from '../protocol/ipc/commands.ts';
import type { TerminalPort } from './terminal/port.ts';

/** The page that sent a command. */
export interface Caller {
  /** Sends the page one end of a new channel for this terminal; returns ours. */
  sendPort(terminalId: string): TerminalPort;
}

/** One handler for each command; a missing one does not compile. */
export type Handlers = {
  [K in CommandName]: (
    input: z.output<Commands[K]['input']>,
    caller: Caller,
  ) => CommandOutput<K> | Promise<CommandOutput<K>>;
};

/** Origin of our pages. */
export const APP_ORIGIN = 'app://sallyport';

/** Whether a frame may send commands: the top frame of one of our own pages, and nothing else. */
export function isOurPage(frame: { url: string; isTop: boolean } | undefined): boolean {
  return frame?.isTop === true && (frame.url === APP_ORIGIN || frame.url.startsWith(`${APP_ORIGIN}/`));
}

/**
 * Sender check → schema → handler → Result. Never throws: what is not ours becomes 'internal', its words only in the log.
 * @param input as it came over IPC, trusted in nothing
 */
export async function answer<K extends CommandName>(
  handlers: Handlers,
  name: K,
  input: unknown,
  caller: Caller | undefined,
  onError: (name: CommandName, error: unknown) => void,
): Promise<Result<CommandOutput<K>>> {
  try {
    if (!caller) throw new AppError('not-allowed', 'Only Sallyport’s own windows can ask for this.');
    const parsed = commands[name].input.safeParse(input);
    if (!parsed.success) {
      const { message, field } = sentenceOf(parsed.error);
      throw new AppError('invalid-input', message, field === '' ? {} : { field });
    }
    const handle = handlers[name] as (input: unknown, caller: Caller) => unknown;
    const value = commands[name].output.parse(await handle(parsed.data, caller));
    return { ok: true, value: value as CommandOutput<K> };
  } catch (error) {
    onError(name, error);
    return { ok: false, error: toFailure(error) };
  }
}
