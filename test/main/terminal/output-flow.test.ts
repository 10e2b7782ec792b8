import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OutputFlow } from '../../../main/terminal/output-flow.ts';
import { CHUNK_BYTES, type TerminalOutput, WINDOW_BYTES } from '../../../protocol/ipc/terminal-port.ts';

function setUp() {
  const posted: Extract<TerminalOutput, { kind: 'data' }>[] = [];
  const source = { paused: false, changes: 0, pause: () => set(true), resume: () => set(false) };
  const set = (paused: boolean): void => {
    source.paused = paused;
    source.changes += 1;
  };
  const flow = new OutputFlow(source, (message) => {
    if (message.kind === 'data') posted.push(message);
  });
  return { flow, posted, source };
}

describe('terminal output', () => {
  it.each([0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7])(
    'of %i bytes arrives whole, in pieces',
    async (length) => {
      const { flow, posted } = setUp();
      const bytes = Buffer.alloc(length, 'abc');
      flow.write(bytes);
      await turn();
      expect(Buffer.concat(posted.map((p) => p.bytes)).equals(bytes)).toBe(true);
      expect(posted.every((p) => p.bytes.length > 0 && p.bytes.length <= CHUNK_BYTES)).toBe(true);
    },
  );

  it('of one turn goes in as few pieces as there can be, in order, and is posted before the next turn', async () => {
    const { flow, posted } = setUp();
    const bytes = randomBytes(CHUNK_BYTES + 5_000);
    for (let at = 0; at < bytes.length; at += 1_009) flow.write(bytes.subarray(at, at + 1_009));
    await turn();
    expect(posted.map((p) => p.bytes.length)).toEqual([CHUNK_BYTES, 5_000]);
    expect(Buffer.concat(posted.map((p) => p.bytes)).equals(bytes)).toBe(true);
  });

  it('is taken as it is now: whoever wrote it may use the memory again', async () => {
    const { flow, posted } = setUp();
    const bytes = Buffer.from('first');
    flow.write(bytes);
    bytes.fill('x');
    await turn();
    flow.write(Buffer.from('2'));
    await turn();
    expect(posted.map((p) => Buffer.from(p.bytes).toString())).toEqual(['first', '2']);
  });

  it('is posted at once when something else is to follow it, and only once', async () => {
    const { flow, posted } = setUp();
    flow.write(Buffer.from('last words'));
    flow.flush();
    expect(posted).toHaveLength(1);
    await turn();
    flow.flush();
    expect(posted).toHaveLength(1);
  });

  it('is copied to its own size: no more than it travels', async () => {
    const { flow, posted } = setUp();
    flow.write(Buffer.alloc(1_000_000).subarray(10, 20));
    await turn();
    expect(posted[0]?.bytes.buffer.byteLength).toBe(10);
  });

  it('pauses the source beyond the window, once, and no earlier', () => {
    const { flow, source } = setUp();
    flow.write(Buffer.alloc(WINDOW_BYTES));
    expect(source.paused).toBe(false);
    flow.write(Buffer.alloc(1));
    flow.write(Buffer.alloc(1));
    expect(source).toMatchObject({ paused: true, changes: 1 });
  });

  it('resumes when the page has drawn enough', () => {
    const { flow, source } = setUp();
    flow.write(Buffer.alloc(WINDOW_BYTES + 100));
    flow.acknowledge(99);
    expect(source.paused).toBe(true);
    flow.acknowledge(1);
    expect(source.paused).toBe(false);
  });

  it('gives a page that acknowledges more than it got no larger window', () => {
    const { flow, source } = setUp();
    flow.acknowledge(1e9);
    flow.write(Buffer.alloc(WINDOW_BYTES + 1));
    expect(source.paused).toBe(true);
    flow.acknowledge(1e9);
    flow.write(Buffer.alloc(WINDOW_BYTES + 1));
    expect(source.paused).toBe(true);
  });

  it('never tells a source that runs to resume', () => {
    const { flow, source } = setUp();
    flow.write(Buffer.alloc(10));
    flow.acknowledge(10);
    expect(source.changes).toBe(0);
  });
});
