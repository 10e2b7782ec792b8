import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TerminalPort } from '../../../main/terminal/port.ts';
import type { Terminal } from '../../../protocol/ipc/snapshot.ts';
import { ACK_BYTES, type TerminalOutput } from '../../../protocol/ipc/terminal-port.ts';
import { drawnBytes } from '../../../renderer/terminal/flow.ts';
import { processGone } from '../../support/process-watch.ts';
import { TerminalsWorld } from './terminals-world.ts';

/** What xterm draws in a slow moment, bytes a second; on an idle machine it is four times that. */
const SLOW_DRAWING = 10e6;
/** How soon Ctrl-C must act, ms. */
const ACTS_MS = 200;

/** A page that draws at a steady speed, one piece after another, and acknowledges as the real one does. */
class DrawingPage implements TerminalPort {
  drawn: Buffer[] = [];
  length = 0;
  readonly #speed: number;
  #hear: (event: { data: unknown }) => void = () => undefined;
  #busyUntil = 0;
  readonly #ack = drawnBytes((bytes) => this.#hear({ data: { kind: 'ack', bytes } }), ACK_BYTES);
  readonly #looks = new Set<() => void>();

  constructor(speed: number) {
    this.#speed = speed;
  }

  postMessage(message: TerminalOutput): void {
    if (message.kind !== 'data') return;
    const { bytes } = message;
    const now = performance.now();
    this.#busyUntil = Math.max(now, this.#busyUntil) + (bytes.length / this.#speed) * 1000;
    setTimeout(() => this.#draw(bytes), this.#busyUntil - now);
  }

  #draw(bytes: Uint8Array): void {
    this.length += bytes.length;
    this.drawn.push(Buffer.from(bytes));
    if (this.drawn.length > 64) this.drawn = [Buffer.concat(this.drawn).subarray(-200_000)];
    this.#ack(bytes.length);
    for (const look of this.#looks) look();
  }

  on(event: string, listener: never): void {
    if (event === 'message') this.#hear = listener;
  }
  start(): void {}
  close(): void {}
  type(text: string): void {
    this.#hear({ data: { kind: 'input', text } });
  }
  get text(): string {
    return Buffer.concat(this.drawn).toString();
  }
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }
}

let at: TerminalsWorld;
beforeAll(async () => {
  at = await TerminalsWorld.start();
});
afterAll(() => at.dispose());

async function open(speed: number): Promise<{ page: DrawingPage; terminal: Terminal }> {
  const terminal = await at.open();
  const page = new DrawingPage(speed);
  at.terminals.attach(terminal.id, { cols: 120, rows: 40 }, () => page);
  page.type("PS1='ready> '; stty -echo; echo started-$((40+2))\r");
  await page.until(() => page.text.includes('started-42') && page.text.endsWith('ready> '));
  return { page, terminal };
}

describe('while a flood runs', () => {
  it('Ctrl-C acts, and the prompt is drawn, within 200 ms: with slow drawing too', async () => {
    const took: { gone: number; prompt: number }[] = [];
    for (const speed of [SLOW_DRAWING, 4 * SLOW_DRAWING]) {
      const { page, terminal } = await open(speed);
      page.type("bash -c 'echo pid-$$; exec yes'\r");
      await page.until(() => /pid-\d+/.test(page.text));
      const pid = Number(/pid-(\d+)/.exec(page.text)?.[1]);
      const from = page.length;
      await page.until(() => page.length > from + speed / 2);
      const pressed = Date.now();
      const gone = processGone(pid, 5_000);
      page.type('\x03');
      const killed = (await gone) - pressed;
      await page.until(() => page.text.endsWith('ready> '));
      took.push({ gone: killed, prompt: Date.now() - pressed });
      at.terminals.close(terminal.id);
    }
    process.stderr.write(`Ctrl-C in a flood: ${JSON.stringify(took)}\n`);
    for (const { gone, prompt } of took) {
      expect(gone).toBeLessThan(ACTS_MS);
      expect(prompt).toBeLessThan(ACTS_MS);
    }
  });

  it('no byte is lost or out of order, however slowly it is drawn', async () => {
    const { page, terminal } = await open(4 * SLOW_DRAWING);
    const file = join(at.world.folder, 'flood.txt');
    const text = `${randomBytes(6 * 1024 * 1024).toString('base64')}`.replace(/.{76}/g, '$&\n');
    await writeFile(file, `${text}\n`);
    const parts: Buffer[] = [];
    const post = page.postMessage.bind(page);
    page.postMessage = (message) => {
      if (message.kind === 'data') parts.push(Buffer.from(message.bytes));
      post(message);
    };
    const began = performance.now();
    page.type(`cat ${file}; echo end-$((1+1))\r`);
    await page.until(() => page.length > text.length && page.text.includes('end-2'));
    const seconds = (performance.now() - began) / 1000;
    const shown = Buffer.concat(parts).toString().replaceAll('\r\n', '\n');
    expect(shown.includes(await readFile(file, 'utf8'))).toBe(true);
    process.stderr.write(`flood: ${Math.round(text.length / 1e6 / seconds)} MB/s to a page that draws 40 MB/s\n`);
    at.terminals.close(terminal.id);
  });
});
