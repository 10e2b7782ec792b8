import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { AppError } from '../../../protocol/errors.ts';

/** The person went away: Ctrl-C, or the end of input. */
export class Cancelled extends AppError {
  constructor() {
    super('invalid-input', '\nNothing was written.');
  }
}

/** Asks a person. Lines that were typed ahead count too. */
export class Terminal {
  readonly #lines: Interface;
  readonly #typed: string[] = [];
  #waiting: { resolve(line: string): void; reject(error: Error): void } | undefined;
  #closed = false;
  #hidden = false;

  constructor(input: NodeJS.ReadStream = process.stdin, output: NodeJS.WriteStream = process.stderr) {
    // What readline echoes passes here, so that a secret need not be shown.
    const echo = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (this.#hidden) done();
        else output.write(chunk, done);
      },
    });
    this.#lines = createInterface({ input, output: echo, terminal: true, historySize: 0 });
    this.#lines.on('line', (line) => {
      const { resolve } = this.#waiting ?? {};
      this.#waiting = undefined;
      if (resolve) resolve(line);
      else this.#typed.push(line);
    });
    this.#lines.on('close', () => {
      this.#closed = true;
      this.#waiting?.reject(new Cancelled());
    });
  }

  say(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** One line, without the space around it. @throws Cancelled */
  async ask(prompt: string): Promise<string> {
    if (this.#typed.length > 0) {
      this.say(prompt);
      return (this.#typed.shift() ?? '').trim();
    }
    if (this.#closed) throw new Cancelled();
    this.#lines.setPrompt(prompt);
    this.#lines.prompt();
    return (await this.#next()).trim();
  }

  /** The same, and what is typed is not shown. */
  async askHidden(prompt: string): Promise<string> {
    if (this.#closed && this.#typed.length === 0) throw new Cancelled();
    process.stderr.write(prompt);
    const early = this.#typed.shift();
    this.#hidden = true;
    this.#lines.setPrompt('');
    try {
      return (early ?? (await this.#next())).trim();
    } finally {
      this.#hidden = false;
      this.say('');
    }
  }

  /** @param otherwise what an empty line means */
  async agree(question: string, otherwise: boolean): Promise<boolean> {
    const answer = (await this.ask(`${question} [${otherwise ? 'Y/n' : 'y/N'}] `)).toLowerCase();
    return answer === '' ? otherwise : answer === 'y' || answer === 'yes';
  }

  close(): void {
    this.#lines.close();
  }

  #next(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
}
