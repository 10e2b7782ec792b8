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
  const handle = handlers[name] as (input: unknown, caller: Caller) => unknown;
  const { input: schema, output } = commands[name];
  const does = async (parsed: unknown, from: Caller) => output.parse(await handle(parsed, from)) as CommandOutput<K>;
  return answerTo(schema, does, input, caller, (error) => onError(name, error));
}

/** The same for what is no command of a page's, but comes from preload. */
export async function answerTo<I, O>(
  schema: z.ZodType<I>,
  handle: (input: I, caller: Caller) => Promise<O>,
  input: unknown,
  caller: Caller | undefined,
  onError: (error: unknown) => void,
): Promise<Result<O>> {
  try {
    if (!caller) throw new AppError('not-allowed', 'Only Sallyport’s own windows can ask for this.');
    const parsed = schema.safeParse(input);
    if (!parsed.success) {
      const { message, field } = sentenceOf(parsed.error);
      throw new AppError('invalid-input', message, field === '' ? {} : { field });
    }
    return { ok: true, value: await handle(parsed.data, caller) };
  } catch (error) {
    onError(error);
    return { ok: false, error: toFailure(error) };
  }
}
