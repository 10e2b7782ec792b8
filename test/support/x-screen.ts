/// <reference path="./x11.d.ts" />
import { setTimeout as pause } from 'node:timers/promises';
import x11, { type Client, type Display, type TestExtension } from 'x11';

/* Eyes and hands at the X server: the same for every program, whatever it is written in. */

/** Keysyms (X11 keysymdef.h) of what is typed here beside letters. */
const KEYSYM: Readonly<Record<string, number>> = { Enter: 0xff0d, Control: 0xffe3, Alt: 0xffe9, ' ': 0x20 };
/** Bits of the keys that are held (X11 protocol, "KEYBUTMASK"). */
const HELD: Readonly<Record<string, number>> = { Control: 4, Alt: 8 };
/** Height of the strip that is watched at the top of a window, pixels; narrow ones are read faster. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** One X display, seen and typed at as by a person: keys by XTEST, pixels by GetImage. */
export class XScreen {
  readonly #client: Client;
  readonly #root: number;
  readonly #test: TestExtension;
  readonly #codes: ReadonlyMap<number, number>;

  private constructor(client: Client, root: number, test: TestExtension, codes: ReadonlyMap<number, number>) {
    this.#client = client;
    this.#root = root;
    this.#test = test;
    this.#codes = codes;
  }

  /** @param name as DISPLAY has it */
  static async open(name: string): Promise<XScreen> {
    const display = await called<Display>((done) => x11.createClient({ display: name }, done));
    const { client, min_keycode: first, max_keycode: last } = display;
    const test = await called<TestExtension>((done) => client.require('xtest', done));
    const keysyms = await called<number[][]>((done) => client.GetKeyboardMapping(first, last - first, done));
    const codes = new Map(keysyms.map(([plain = 0], i) => [plain, first + i] as const).reverse());
    const [screen] = display.screen;
    if (!screen) throw new Error(`The display ${name} has no screen.`);
    return new XScreen(client, screen.root, test, codes);
  }

  /** A top-level window whose name fits and which is none of the others, once it is there and shown. */
  async window(name: RegExp, others: readonly number[] = [], timeoutMs = 10_000): Promise<number> {
    const until = performance.now() + timeoutMs;
    const seen = new Set<string>();
    while (performance.now() < until) {
      const { children } = await called<{ children: number[] }>((done) => this.#client.QueryTree(this.#root, done));
      for (const id of children) {
        const called = await this.#nameOf(id);
        seen.add(called);
        if (!others.includes(id) && name.test(called) && (await this.#isShown(id))) return id;
      }
      await pause(20);
    }
    throw new Error(`No window called ${name} on the display; there were ${[...seen].join(', ')}.`);
  }

  /** Hands a window the keyboard, as a window manager would. */
  focus(window: number): void {
    this.#client.RaiseWindow(window);
    this.#client.SetInputFocus(window, 1);
  }

  /** Presses and lets go. Returns when it was pressed, `performance.now()`. */
  press(key: string, held: readonly string[] = []): number {
    const codes = [...held, key].map((name) => this.#code(name));
    const at = performance.now();
    for (const code of codes) this.#test.FakeInput(this.#test.KeyPress, code, 0, this.#root, 0, 0);
    for (const code of codes.reverse()) this.#test.FakeInput(this.#test.KeyRelease, code, 0, this.#root, 0, 0);
    return at;
  }

  /** Types a line, Enter included; slowly enough for a program that reads keys one by one. */
  async type(line: string): Promise<void> {
    for (const letter of line) {
      this.press(letter);
      await pause(2);
    }
    this.press('Enter');
  }

  /** Takes a key combination for itself, as a program does whose shortcut works everywhere. Returns what gives it back. */
  async take(key: string, held: readonly string[]): Promise<() => Promise<void>> {
    const code = this.#code(key);
    const mask = held.reduce((all, name) => all | (HELD[name] ?? 0), 0);
    // A question has its answer only after what was sent before it was done.
    const done = () => called((answered) => this.#client.QueryTree(this.#root, answered)).then(() => undefined);
    this.#client.GrabKey(this.#root, false, mask, code, 1, 1);
    await done();
    return () => {
      this.#client.UngrabKey(this.#root, code, mask);
      return done();
    };
  }

  /** The pixels of an area of a window. */
  pixels(window: number, { x, y, width, height }: Area): Promise<Buffer> {
    return called<{ data: Buffer }>((done) =>
      this.#client.GetImage(2, window, x, y, width, height, 0xffffffff, done),
    ).then(({ data }) => Buffer.from(data));
  }

  /** Resolves when the area looks different than before. `performance.now()` of the reply that showed it. */
  async changed(window: number, area: Area, before: Buffer, timeoutMs = 5_000): Promise<number> {
    const until = performance.now() + timeoutMs;
    while (performance.now() < until) {
      if (!(await this.pixels(window, area)).equals(before)) return performance.now();
    }
    throw new Error('Nothing changed on the display.');
  }

  /** Resolves when the area has looked the same for so long, ms; with what it looks like. */
  async still(window: number, area: Area, forMs: number, timeoutMs = 10_000): Promise<Buffer> {
    const until = performance.now() + timeoutMs;
    let last = await this.pixels(window, area);
    let since = performance.now();
    while (performance.now() < until) {
      await pause(10);
      const now = await this.pixels(window, area);
      if (!now.equals(last)) [last, since] = [now, performance.now()];
      else if (performance.now() - since >= forMs) return now;
    }
    throw new Error('The display never came to rest.');
  }

  dispose(): void {
    this.#client.terminate();
  }

  #code(name: string): number {
    const code = this.#codes.get(KEYSYM[name] ?? name.charCodeAt(0));
    if (code === undefined) throw new Error(`No key for "${name}" on this keyboard.`);
    return code;
  }

  async #nameOf(id: number): Promise<string> {
    const { WM_NAME } = this.#client.atoms;
    const { data } = await called<{ data: Buffer }>((done) =>
      this.#client.GetProperty(0, id, WM_NAME, 0, 0, 1000, done),
    ).catch(() => ({ data: Buffer.alloc(0) }));
    return data.toString();
  }

  async #isShown(id: number): Promise<boolean> {
    const { mapState } = await called<{ mapState: number }>((done) => this.#client.GetWindowAttributes(id, done)).catch(
      () => ({ mapState: 0 }),
    );
    return mapState === 2;
  }
}

function called<T>(act: (done: (error: unknown, value: T) => boolean) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    act((error, value) => {
      if (error) reject(error instanceof Error ? error : new Error(String(error)));
      else resolve(value);
      // Whoever asked has been told: an error that is not said to be handled ends this process.
      return true;
    });
  });
}
