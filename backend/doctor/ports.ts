import { createServer } from 'node:net';
import { type Finding, findingsOf } from './finding.ts';
import type { Running } from './running-backend.ts';

const { ok, warning, wrong } = findingsOf('ports');

export interface PortFacts {
  readonly what: string;
  readonly host: string;
  readonly port: number;
  /** The error code of listening there; undefined: it can be had. */
  readonly refused: string | undefined;
}

/** Takes a port for a moment and gives it back. Resolves to the code of the error, if there is one. */
export function tryPort(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

export async function probePorts(ports: readonly Omit<PortFacts, 'refused'>[]): Promise<PortFacts[]> {
  return Promise.all(ports.map(async (each) => ({ ...each, refused: await tryPort(each.host, each.port) })));
}

/** @param facts empty while the backend runs: then the ports are its own */
export function judgePorts(facts: readonly PortFacts[], running: Running): Finding[] {
  if (running === 'ailing')
    return [wrong('The backend runs, and says that it is starting or cannot reach its database; look into its log.')];
  if (running === 'well') return [ok('The backend runs, and answers on its port.')];
  const troubles = facts.flatMap((each): Finding[] => {
    const { what, host, port, refused } = each;
    switch (refused) {
      case undefined:
        return [];
      case 'EADDRINUSE':
        return [
          wrong(`The ${what} port ${port} on ${host} is taken by another program; stop it or choose another port.`),
        ];
      case 'EACCES':
        return [
          warning(
            `The ${what} port ${port} is for privileged programs: the backend needs CAP_NET_BIND_SERVICE (low-ports.conf), or a port above 1023.`,
          ),
        ];
      default:
        return [
          wrong(`The backend cannot listen on ${host} for its ${what} (${refused}); name an address of this computer.`),
        ];
    }
  });
  if (troubles.length > 0) return troubles;
  return [ok('The backend does not run; its ports are free.')];
}
