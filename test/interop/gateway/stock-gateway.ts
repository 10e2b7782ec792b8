import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import ssh2 from 'ssh2';
import { formatPrivateKey } from '../../../protocol/ssh/private-key.ts';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { connectWithCertificate } from '../../../protocol/ssh/ssh2-certificate.ts';

const { BaseAgent, Client, Server, utils } = ssh2;

export interface StockGateway {
  readonly port: number;
  readonly hostKeyLine: string;
  stop(): Promise<void>;
}

/**
 * A gateway as one would write it with ssh2's own Server and Client and `pipe`. It lets everybody in, and has the
 * defects of ssh2 1.17 that ours must not have: the tests run against both, so that a defect that is gone from ssh2,
 * or back in ours, is seen.
 */
export async function startStockGateway(target: {
  port: number;
  login: string;
  certificate: Buffer;
  sign: (data: Buffer) => Buffer;
}): Promise<StockGateway> {
  const hostKey: KeyObject = generateKeyPairSync('ed25519').privateKey;
  const ends = new Set<() => void>();
  const server = new Server({ hostKeys: [formatPrivateKey(hostKey)] }, (connection) => {
    const out = new Client();
    out.on('error', () => {});
    connection.on('error', () => {});
    connection.on('authentication', (context) => {
      if (context.method === 'none') context.reject(['publickey']);
      else context.accept();
    });
    connection.on('close', () => out.end());
    connection.on('session', (accept) => {
      const session = accept();
      session.on('pty', (ok) => ok?.());
      session.on('env', (ok) => ok?.());
      session.on('exec', (take, _reject, info) => {
        const open = () =>
          out.exec(info.command, (error, remote) => {
            const local = take();
            if (error || !local) return;
            local.pipe(remote).pipe(local);
            remote.stderr.pipe(local.stderr);
            remote.on('exit', (code: number) => local.exit(code));
            remote.on('close', () => local.close());
          });
        if (ready) open();
        else out.once('ready', open);
      });
    });
    let ready = false;
    out.once('ready', () => {
      ready = true;
    });
    connectWithCertificate(
      { BaseAgent, utils },
      out,
      { host: '127.0.0.1', port: target.port, username: target.login },
      { certificate: target.certificate, sign: target.sign },
    );
    ends.add(() => {
      out.end();
      connection.end();
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  return {
    port,
    hostKeyLine: formatKeyLine(ed25519Blob(hostKey)),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const end of ends) end();
      await closed;
    },
  };
}
