import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { paths } from '../../protocol/api/routes.ts';
import { formatKeyLine } from '../../protocol/ssh/public-key.ts';
import { type Backend, startBackend } from '../app.ts';
import { openKeys } from '../keys.ts';
import { startDemoIdentityProvider } from './identity-provider.ts';
import { DEMO_PEOPLE } from './people.ts';
import { demoPolicy } from './policy.ts';
import { lastPorts, rememberPorts } from './ports.ts';
import { startTargetHost } from './target-host.ts';

export interface DemoOptions {
  /** Everything the demo keeps lies in here. */
  folder: string;
  host: string;
  /** The last one of this folder, or any free one, when not given. */
  port: number | undefined;
  gatewayPort: number | undefined;
  log: Logger;
  onFatal: (sentence: string) => void;
}

export interface Demo extends Backend {
  /** Who to sign in as. */
  readonly people: readonly { email: string; name: string; groups: readonly string[]; does: string }[];
}

const CLIENT_ID = 'sallyport-backend';

/** The whole server side on this machine: a made-up organisation, its identity provider, and a real sshd to reach. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { folder, host, log } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ends: (() => Promise<void>)[] = [];
  const dispose = async (): Promise<void> => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  };
  try {
    const ports = await lastPorts(folder);
    const keyFolder = join(folder, 'keys');
    const keys = await openKeys(keyFolder, { keyFile: join(keyFolder, 'sealing.key') });
    // One host stands for all targets, those behind the gateway and the one that is not.
    const userCaLines = [
      formatKeyLine(keys.userCa.publicBlob, 'sallyport-demo-user-ca'),
      formatKeyLine(keys.directCa.publicBlob, 'sallyport-demo-direct-ca'),
    ];
    const target = await startTargetHost({ folder: join(folder, 'target'), userCaLine: userCaLines.join('\n') });
    ends.push(() => target.stop());
    const policyFile = join(folder, 'policy.yaml');
    const { port, login, hostKeyLine } = target;
    await writeFile(policyFile, demoPolicy({ address: '127.0.0.1', port, login, hostKeyLine }));

    let providerPort = 0;
    const backend = await startBackend({
      org: 'Sallyport Demo',
      http: { host, port: options.port ?? ports.http },
      gateway: { host, port: options.gatewayPort ?? ports.gateway },
      database: { folder },
      keys,
      policyFile,
      log,
      onFatal: options.onFatal,
      identityProvider: async (publicUrl) => {
        const clientSecret = randomBytes(32).toString('base64url');
        const redirectUris = [new URL(paths.callback, publicUrl).href];
        const client = { clientId: CLIENT_ID, clientSecret };
        const memory = join(folder, 'identity-provider.json');
        const provider = await startDemoIdentityProvider({
          port: ports.identityProvider,
          ...client,
          redirectUris,
          memory,
        });
        ends.push(() => provider.dispose());
        providerPort = Number(new URL(provider.issuer).port);
        return { issuer: provider.issuer, ...client };
      },
    });
    ends.push(() => backend.dispose());
    await rememberPorts(folder, {
      http: Number(new URL(backend.address).port),
      gateway: backend.gateway.port,
      identityProvider: providerPort,
    });
    const people = DEMO_PEOPLE.map(({ email, name, groups, title }) => ({ email, name, groups, does: title }));
    return { ...backend, people, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
