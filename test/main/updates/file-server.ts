import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server on loopback whose answers a test says one after the other; the last one stays. */
export class FileServer {
  readonly origin: string;
  /** Path and Range header of each request. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #answers: Answer[];

  private constructor(server: Server, answers: Answer[]) {
    this.#server = server;
    this.#answers = answers;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      this.asked.push([request.url, request.headers.range].filter(Boolean).join(' '));
      const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
      answer?.(request, response);
    });
  }

  static async start(...answers: Answer[]): Promise<FileServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FileServer(server, answers);
  }

  answerNow(...answers: Answer[]): void {
    this.#answers.splice(0, Number.POSITIVE_INFINITY, ...answers);
  }

  async dispose(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** All of it, and only the part that is asked for where one is. */
export const whole =
  (content: Buffer): Answer =>
  ({ headers }, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from, ...(from > 0 && range) });
    response.end(content.subarray(from));
  };

/** All of it, whatever part was asked for. */
export const ignoringRange =
  (content: Buffer): Answer =>
  (_request, response) =>
    void response.writeHead(200, { 'content-length': content.length }).end(content);

/** Promises all of it, sends so many bytes, and goes away. */
export const goneAfter =
  (content: Buffer, bytes: number): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, bytes), () => response.destroy());
  };

/** Sends so many bytes, then nothing any more. */
export const stallAfter =
  (content: Buffer, bytes: number): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, bytes));
  };

/** Promises all of it, and sends a byte now and then. */
export const trickle =
  (content: Buffer): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': content.length });
    let at = 0;
    const timer = setInterval(() => void response.write(content.subarray(at, ++at)), 50);
    response.on('close', () => clearInterval(timer));
  };

/** Sends without an end, and does not say how much. */
export const endless: Answer = (_request, response) => {
  response.writeHead(200);
  const piece = Buffer.alloc(64 * 1024);
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', more);
  more();
};

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(code, headers).end();

export const never: Answer = () => undefined;
