import { createParser } from 'eventsource-parser';
import { paths } from '../../protocol/api/routes.ts';
import { AppError } from '../../protocol/errors.ts';
import { type BackendEvent, backendEventSchema, HEARTBEAT_MS } from '../../protocol/events.ts';
import { type Fetch, parseJson, refusal, textOf, unreachable } from './call.ts';

/** Longest wait for the backend to open the stream, which it does at once or not at all, ms. */
const OPEN_MS = 5_000;
/** Longest silence before the stream counts as dead, ms. */
const SILENCE_MS = 3 * HEARTBEAT_MS;
const EVENT_KINDS: readonly string[] = backendEventSchema.options.map((option) => option.shape.kind.value);
/** No event is longer than this, characters: a stream without line ends must not fill the memory. */
const LONGEST_EVENT = 4 * 1024 * 1024;

interface StreamOptions {
  fetch: Fetch;
  backend: string;
  accessToken: string;
  /** Follow from here: the overview's cursor, or the id of the last event. */
  cursor: string;
  /** The stream was opened. */
  onOpen: () => void;
  onEvent: (event: BackendEvent) => void;
  /** Resume after this one, also when its kind is one that this app is too old to know. Called after `onEvent`. */
  onCursor: (cursor: string) => void;
  /** Stops it; `followEvents` then returns. */
  signal: AbortSignal;
  openMs?: number;
  silenceMs?: number;
}

/**
 * Reads the backend's events until the stream ends, falls silent or `signal` stops it.
 * @throws AppError when the backend can't be reached, refuses, or sends what is no event
 */
export async function followEvents(options: StreamOptions): Promise<void> {
  const { fetch, backend, accessToken, cursor, signal } = options;
  const silence = new AbortController();
  const hurry = (ms: number): ReturnType<typeof setTimeout> =>
    setTimeout(() => silence.abort(new DOMException('silence', 'TimeoutError')), ms);
  let watchdog = hurry(options.openMs ?? OPEN_MS);
  const heard = (): void => {
    clearTimeout(watchdog);
    watchdog = hurry(options.silenceMs ?? SILENCE_MS);
  };
  try {
    const response = await fetch(new URL(paths.events, backend).href, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${accessToken}`, 'last-event-id': cursor },
      redirect: 'error',
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || !response.body) throw refusal(backend, response.status, parseJson(await textOf(response)));
    heard();
    options.onOpen();
    await readEvents(response.body, options, heard);
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof AppError
      ? error
      : unreachable(backend, silence.signal.aborted ? silence.signal.reason : error);
  } finally {
    clearTimeout(watchdog);
  }
}

async function readEvents(
  body: NonNullable<Response['body']>,
  { onEvent, onCursor, signal }: StreamOptions,
  heard: () => void,
): Promise<void> {
  let failed: unknown;
  let pending = 0;
  const parser = createParser({
    onEvent({ id, event, data }) {
      pending = 0;
      if (failed !== undefined || signal.aborted) return;
      try {
        const parsed = parseEvent(event, data);
        if (parsed) onEvent(parsed);
        if (id !== undefined) onCursor(id);
      } catch (error) {
        failed = error;
      }
    },
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      pending += value.byteLength;
      if (pending > LONGEST_EVENT) throw new AppError('unavailable', 'The backend sent an event that is too long.');
      parser.feed(decoder.decode(value, { stream: true }));
      if (failed !== undefined) throw failed;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** One event, or undefined for a kind that is not known here. @throws AppError for one that is known and malformed */
function parseEvent(kind: string | undefined, data: string): BackendEvent | undefined {
  const json = parseJson(data);
  const parsed = backendEventSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const named = (json as { kind?: unknown } | undefined)?.kind ?? kind;
  if (typeof named === 'string' && !EVENT_KINDS.includes(named)) return undefined;
  throw new AppError('unavailable', 'The backend sent an event that this app does not understand. Update Sallyport.', {
    cause: parsed.error,
  });
}
