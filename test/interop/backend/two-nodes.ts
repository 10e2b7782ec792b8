import { once } from 'node:events';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type DemoIdentityProvider, startDemoIdentityProvider } from '../../../backend/demo/identity-provider.ts';
import { openKeys } from '../../../backend/keys.ts';
import { type DebianPostgres, startDebianPostgres } from '../../backend/storage/debian-postgres.ts';
import { TEST_POLICY } from '../../support/backend.ts';
import { removeFolder } from '../../support/folder.ts';
import { spawnBackend } from './backend-process.ts';

/** A backend of its own process, among several that share a database. */
export interface NodeProcess {
  readonly address: string;
  /** Ends it with a signal and waits until it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export interface TwoNodes {
  readonly postgres: DebianPostgres;
  readonly nodes: readonly [NodeProcess, NodeProcess];
  dispose(): Promise<void>;
}

/** `sallyport serve`, twice, on one PostgreSQL, with the same keys and one identity provider. */
export async function startTwoNodes(): Promise<TwoNodes> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-two-'));
  const postgres = await startDebianPostgres();
  const ports = await freePorts(4);
  const url = (port: number | undefined) => `http://127.0.0.1:${port}`;
  const client = { clientId: 'sallyport', clientSecret: 'a secret of the test' };
  const provider: DemoIdentityProvider = await startDemoIdentityProvider({
    ...client,
    redirectUris: [ports[0], ports[2]].map((port) => `${url(port)}/auth/callback`),
  });
  const keys = join(folder, 'keys');
  await openKeys(keys, { keyFile: join(keys, 'sealing.key') });
  await writeFile(join(folder, 'client-secret'), client.clientSecret, { mode: 0o600 });
  await writeFile(join(folder, 'policy.yaml'), TEST_POLICY);
  const start = async (name: string, [http, gateway]: (number | undefined)[]): Promise<NodeProcess> => {
    await mkdir(join(folder, name));
    const config = join(folder, `${name}.yaml`);
    await writeFile(
      config,
      `org: { name: Two }
data: ${name}
http: { port: ${http}, publicUrl: "${url(http)}" }
gateway: { host: 127.0.0.1, port: ${gateway}, advertised: { host: 127.0.0.1, port: ${gateway} } }
keys: { folder: keys }
policy: policy.yaml
identityProvider: { issuer: "${provider.issuer}", clientId: sallyport, clientSecretFile: client-secret }
`,
    );
    const child = spawnBackend(['serve', '--config', config], { DATABASE_URL: postgres.url });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(() => {
        throw new Error(`A node did not start: ${said}`);
      }),
    ]);
    return {
      address: url(http),
      async end(signal) {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill(signal);
        await once(child, 'exit');
      },
    };
  };
  const nodes = await Promise.all([start('one', ports.slice(0, 2)), start('two', ports.slice(2))]);
  return {
    postgres,
    nodes: [nodes[0], nodes[1]],
    async dispose() {
      await Promise.all(nodes.map((node) => node.end('SIGKILL')));
      await provider.dispose();
      await postgres.dispose();
      await removeFolder(folder);
    },
  };
}

async function freePorts(many: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: many }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const { port } = server.address() as { port: number };
      await new Promise((resolve) => server.close(resolve));
      return port;
    }),
  );
}
