import { z } from 'zod';

/*
 * A terminal's bytes travel on a MessagePort of its own, not over the command channel, with flow control:
 * the page acknowledges what xterm has drawn; main pauses the SSH stream when too much is on its way.
 */

/** Largest piece main posts, bytes. */
export const CHUNK_BYTES = 64 * 1024;
/** Main pauses the SSH stream while more than this is unacknowledged, bytes. */
export const WINDOW_BYTES = 256 * 1024;
/** The page acknowledges after drawing this much, bytes. */
export const ACK_BYTES = 128 * 1024;

/** main → page. */
export type TerminalOutput =
  | { kind: 'data'; bytes: Uint8Array }
  /** The session is over; `sentence` says why. Nothing follows. */
  | { kind: 'ended'; sentence: string };

/** page → main; parsed, since the page is not trusted. */
export const terminalInputSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('input'), text: z.string().max(1024 * 1024) }),
  z.strictObject({ kind: z.literal('ack'), bytes: z.number().int().positive() }),
  z.strictObject({
    kind: z.literal('resize'),
    cols: z.number().int().min(2).max(1000),
    rows: z.number().int().min(1).max(1000),
  }),
]);
export type TerminalInput = z.infer<typeof terminalInputSchema>;
