import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { parseCertificate } from '../../../protocol/ssh/certificate.ts';
import { formatPrivateKey } from '../../../protocol/ssh/private-key.ts';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { verifyEd25519 } from '../../../protocol/ssh/signature.ts';
import { Occurrences } from '../../support/occurrences.ts';

/** How the gateway behaves. */
export interface Behaviour {
  /** Sentence with which every certificate is refused. */
  refuses?: string;
  /** Refuses to open a shell, with this sentence. */
  refusesShell?: boolean;
}

/** A real SSH server that lets in whoever proves to hold their certificate, and gives the test each shell. */
export class SmallGateway {
  readonly hostKeyLine: string;
  readonly port: number;
  readonly shells = new Occurrences<ServerChannel>('shell');
  readonly sizes = new Occurrences<{ cols: number; rows: number; term?: string }>('size');
  readonly connections = new Occurrences<Connection>('connection');
  readonly #server;

  private constructor(server: InstanceType<typeof ssh2.Server>, hostKeyLine: string) {
    this.#server = server;
    this.hostKeyLine = hostKeyLine;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(behaviour: Behaviour = {}): Promise<SmallGateway> {
    // Not by ssh2's own generator: about one in 250 of its Ed25519 keys is one that ssh2 itself cannot read.
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const hostKeyLine = formatKeyLine(ed25519Blob(publicKey));
    const server = new ssh2.Server({ hostKeys: [formatPrivateKey(privateKey)] });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const gateway = new SmallGateway(server, hostKeyLine);
    server.on('connection', (connection) => gateway.#serve(connection, behaviour));
    return gateway;
  }

  #serve(connection: Connection, behaviour: Behaviour): void {
    this.connections.add(connection);
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => {
      if (behaviour.refuses !== undefined || context.method !== 'publickey') return context.reject([]);
      const { publicKey } = parseCertificate(context.key.data);
      const { blob, signature } = context;
      if (!blob || !signature) return context.accept();
      return verifyEd25519(publicKey, blob, signature) ? context.accept() : context.reject([]);
    });
    connection.on('session', (accept) => {
      const session = accept();
      session.on('pty', (accepted, _reject, info) => {
        this.sizes.add({ cols: info.cols, rows: info.rows, term: (info as unknown as { term: string }).term });
        accepted?.();
      });
      session.on('window-change', (accepted, _reject, { cols, rows }) => {
        this.sizes.add({ cols, rows });
        accepted?.();
      });
      session.on('shell', (accepted, reject) => {
        if (behaviour.refusesShell) reject();
        else this.shells.add(accepted());
      });
    });
  }

  dispose(): Promise<void> {
    for (const connection of this.connections.all) connection.end();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** A host key line that is nobody's. */
export function strangerLine(): string {
  return formatKeyLine(ed25519Blob(generateKeyPairSync('ed25519').publicKey));
}
