import { ACK_BYTES, type TerminalInput } from '../../protocol/ipc/terminal-port.ts';

/** The longest text of one input message, UTF-16 units; the contract allows twice that. */
export const INPUT_UNITS = 512 * 1024;

/** The most that xterm reads at a time, bytes. */
export const PIECE_BYTES = 8 * 1024;

/**
 * Counts what xterm has drawn and acknowledges it in portions: one message for each portion, not for each write.
 * @param acknowledge sends one acknowledgement, bytes @param portion how much to gather first, bytes
 */
export function drawnBytes(acknowledge: (bytes: number) => void, portion = ACK_BYTES): (bytes: number) => void {
  let drawn = 0;
  return (bytes) => {
    drawn += bytes;
    if (drawn < portion) return;
    acknowledge(drawn);
    drawn = 0;
  };
}

/**
 * What xterm is given at a time: it reads each piece to its end before a key is heard, and of short lines, such as those
 * of `yes`, a whole message keeps it busy for long.
 */
export function pieces(bytes: Uint8Array, most = PIECE_BYTES): Uint8Array[] {
  const all: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += most) all.push(bytes.subarray(at, at + most));
  return all;
}

/** What is typed or pasted, in messages of allowed size; never cuts a character in two. */
export function inputMessages(text: string, most = INPUT_UNITS): TerminalInput[] {
  const messages: TerminalInput[] = [];
  let at = 0;
  while (at < text.length) {
    let end = Math.min(text.length, at + most);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1)) && end - at > 1) end--;
    messages.push({ kind: 'input', text: text.slice(at, end) });
    at = end;
  }
  return messages;
}

/** The size to tell the session, inside what the contract allows. */
export function resizeMessage(cols: number, rows: number): Extract<TerminalInput, { kind: 'resize' }> {
  return { kind: 'resize', cols: clamp(cols, 2), rows: clamp(rows, 1) };
}

function clamp(size: number, least: number): number {
  return Math.max(least, Math.min(1000, Math.floor(size)));
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
