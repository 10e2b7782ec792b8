import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Occurrences } from '../../support/occurrences.ts';

export interface Seen {
  method: string;
  path: string;
  token: string | undefined;
  lastEventId: string | undefined;
  body: string;
}

/** What the server does with a request. */
export type Answer = (seen: Seen, response: ServerResponse) => void;

/** A real HTTP server that answers as a test says, and remembers what it was asked. */
export class SmallBackend {
  readonly seen = new Occurrences<Seen>('request');
  readonly origin: string;
  answer: Answer = (_seen, response) => json(response, 200, {});
  readonly #server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => void this.#take(request, response));
  }

  static async start(port = 0): Promise<SmallBackend> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return new SmallBackend(server);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request) body += part;
    const seen: Seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      token: request.headers.authorization?.replace('Bearer ', ''),
      lastEventId: request.headers['last-event-id']?.toString(),
      body,
    };
    this.seen.add(seen);
    this.answer(seen, response);
  }

  /** Breaks every connection, as a backend that is killed does. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async dispose(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

export function problem(response: ServerResponse, status: number, code: string, detail: string, field?: string): void {
  json(response, status, { type: `urn:sallyport:error:${code}`, title: code, status, detail, code, field });
}

/** Opens an event stream. */
export function openStream(response: ServerResponse): (event: object & { kind: string }, id?: string) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  return (event, id) => {
    response.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
  };
}
