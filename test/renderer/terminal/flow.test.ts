import { describe, expect, test } from 'vitest';
import { ACK_BYTES, terminalInputSchema, WINDOW_BYTES } from '../../../protocol/ipc/terminal-port.ts';
import {
  drawnBytes,
  INPUT_UNITS,
  inputMessages,
  PIECE_BYTES,
  pieces,
  resizeMessage,
} from '../../../renderer/terminal/flow.ts';

describe('acknowledging what was drawn', () => {
  test('waits for a portion, then tells all of it', () => {
    const told: number[] = [];
    const drawn = drawnBytes((bytes) => told.push(bytes));
    drawn(ACK_BYTES - 1);
    expect(told).toEqual([]);
    drawn(2);
    expect(told).toEqual([ACK_BYTES + 1]);
    drawn(ACK_BYTES - 1);
    expect(told).toHaveLength(1);
  });

  test('loses no byte, and never leaves main waiting on a full window', () => {
    let told = 0;
    let sent = 0;
    const drawn = drawnBytes((bytes) => {
      told += bytes;
    });
    for (let i = 0; i < 5_000; i++) {
      const size = (i * 7919) % 65_536;
      sent += size;
      drawn(size);
      expect(sent - told).toBeLessThan(ACK_BYTES);
    }
    expect(ACK_BYTES).toBeLessThan(WINDOW_BYTES);
  });
});

test.each([0, 1, PIECE_BYTES, PIECE_BYTES + 1, 8 * PIECE_BYTES - 1])(
  'a message of %i bytes is read whole and in order, a little at a time, without copying it',
  (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => i % 251);
    const all = pieces(bytes);
    expect(Buffer.concat(all).equals(bytes)).toBe(true);
    expect(all.every((piece) => piece.length > 0 && piece.length <= PIECE_BYTES)).toBe(true);
    expect(all.every((piece) => piece.buffer === bytes.buffer)).toBe(true);
  },
);

describe('what is typed', () => {
  test.each(['', 'a', '\x03', 'grüße 👍', 'x'.repeat(INPUT_UNITS), '👍'.repeat(INPUT_UNITS)])(
    'arrives whole, in messages main accepts (%#)',
    (text) => {
      const messages = inputMessages(text);
      expect(messages.map((m) => (m.kind === 'input' ? m.text : '')).join('')).toBe(text);
      for (const message of messages) expect(terminalInputSchema.safeParse(message).success).toBe(true);
    },
  );

  test('no character is cut in two', () => {
    for (const size of [1, 2, 3, 4, 5]) {
      for (const message of inputMessages('a👍b👍👍c', size)) {
        const text = message.kind === 'input' ? message.text : '';
        if (size > 1) expect(new TextDecoder().decode(new TextEncoder().encode(text))).toBe(text);
      }
    }
  });
});

test.each([
  [80, 24, 80, 24],
  [1, 0, 2, 1],
  [5000, 5000, 1000, 1000],
  [80.9, 24.9, 80, 24],
])('a size of %d × %d is told as %i × %i', (cols, rows, toldCols, toldRows) => {
  const message = resizeMessage(cols, rows);
  expect(message).toEqual({ kind: 'resize', cols: toldCols, rows: toldRows });
  expect(terminalInputSchema.safeParse(message).success).toBe(true);
});
