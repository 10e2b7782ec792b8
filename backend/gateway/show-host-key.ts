import { connect } from 'node:net';
import ssh2 from 'ssh2';
import { unreachable, WHY_UNREACHABLE } from '../unreachable.ts';
import { IDENT, TRANSPORT_ALGORITHMS } from './algorithms.ts';

const { Client } = ssh2;

/** The host key that somebody showed, as a blob; or why there was none, as the end of a sentence. */
export type ShownHostKey = { readonly blob: Buffer } | { readonly why: string };

/**
 * Asks an SSH server for its host key and goes away: nobody logs in.
 * @param algorithms which kinds to ask for; a server with several shows the first of these that it has
 */
export function showHostKey(options: {
  host: string;
  port: number;
  algorithms: readonly string[];
  timeoutMs: number;
}): Promise<ShownHostKey> {
  const { host, port, algorithms, timeoutMs } = options;
  const client = new Client();
  const socket = connect({ host, port });
  return new Promise((resolve) => {
    const late = setTimeout(() => finish({ why: 'it did not answer in time' }), timeoutMs);
    const finish = (shown: ShownHostKey): void => {
      clearTimeout(late);
      client.removeAllListeners();
      client.on('error', () => undefined);
      socket.destroy();
      resolve(shown);
    };
    client.on('error', (error: NodeJS.ErrnoException & { level?: string }) => finish({ why: reasonOf(error) }));
    client.on('close', () => finish({ why: 'it broke off the connection' }));
    client.connect({
      sock: socket,
      username: 'sallyport',
      ident: IDENT,
      readyTimeout: 0,
      algorithms: { ...TRANSPORT_ALGORITHMS, serverHostKey: [...algorithms] as never },
      hostVerifier: (blob: Buffer) => {
        finish({ blob: Buffer.from(blob) });
        return false;
      },
    });
  });
}

function reasonOf(error: NodeJS.ErrnoException & { level?: string }): string {
  if (error.level === 'handshake') return 'it shows no host key of a pinned kind';
  const why = unreachable(error.code);
  return why === undefined ? 'it broke off the connection, or is no SSH server' : WHY_UNREACHABLE[why];
}
