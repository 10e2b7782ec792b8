import { createServer, type RequestListener, type Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { AppError } from '../protocol/errors.ts';
import { problemOf } from './http/problem.ts';

/** A request that takes longer to arrive than this is cut. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than proxies keep theirs, so that they never send into a connection that we are closing. */
const KEEP_ALIVE_MS = 72_000;

/**
 * Takes the HTTP port before anything else, as others have to be told the address (the sign-in callback). The server
 * answers 503 until it is given its handler: a caller that got no answer would wait until it gives up.
 * @param port 0 for any free one
 * @throws AppError 'unavailable' when it cannot listen there
 */
export async function listen(host: string, port: number): Promise<{ server: Server; origin: string }> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS });
  server.on('request', answerStarting);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(sentenceFor(cause, host, port)));
    server.listen(port, host, () => resolve());
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new AppError('internal', 'There is no port.');
  return { server, origin: `http://${isIPv6(host) ? `[${host}]` : host}:${address.port}` };
}

/** Calls under way get a moment to end; then the rest is cut. */
export async function stopListening(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), 1_000);
  await closed;
  clearTimeout(cut);
}

function sentenceFor(cause: NodeJS.ErrnoException, host: string, port: number): AppError {
  const why =
    cause.code === 'EADDRINUSE'
      ? `Port ${port} on ${host} is taken by another program; stop it or choose another port.`
      : cause.code === 'EACCES'
        ? `Port ${port} on ${host} may not be used by this user; choose one above 1023.`
        : `The backend cannot listen on ${host}, port ${port}: ${cause.message}.`;
  return new AppError('unavailable', why, { cause });
}

const answerStarting: RequestListener = (_request, response) => {
  const problem = problemOf(new AppError('unavailable', 'The backend is starting. Try again in a moment.'), '');
  response.writeHead(problem.status, {
    'content-type': 'application/problem+json; charset=utf-8',
    'retry-after': '1',
  });
  response.end(JSON.stringify(problem));
};
