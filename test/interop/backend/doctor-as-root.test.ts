// What root gives up before doctor looks at anything, and whose word it does not act on. Only root can try it.
import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BUILT_BACKEND } from '../../support/built-backend.ts';
import { removeFolder } from '../../support/folder.ts';

const run = promisify(execFile);
/** Debian's "nobody" and its group. */
const NOBODY = 65_534;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-root-'));
});
afterEach(() => removeFolder(folder));

describe.runIf(process.getuid?.() === 0)('doctor, run by root', () => {
  test.each([
    ['a folder that is still of root’s group', NOBODY, 0, { uid: NOBODY, gid: NOBODY, groups: [NOBODY] }],
    ['a folder of a user without a name', 54_321, 54_322, { uid: 54_321, gid: 54_322, groups: [54_322] }],
  ])('is in none of root’s groups after it took over %s', async (_what, uid, gid, expected) => {
    await chown(folder, uid, gid);
    const program = `
      import { becomeServiceUser } from '${join(process.cwd(), 'backend/doctor/service-user.ts')}';
      await becomeServiceUser(${JSON.stringify(folder)});
      console.log(JSON.stringify({ uid: process.geteuid(), gid: process.getegid(), groups: process.getgroups() }));`;
    const { stdout } = await run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  describe('on a configuration that names a file of root’s as secret and a provider of its writer’s', () => {
    let provider: Server;
    const heard: string[] = [];
    let config: string;

    beforeEach(async () => {
      heard.length = 0;
      provider = createServer((request, response) => {
        heard.push(`${request.url} ${request.headers.authorization ?? ''}`);
        const { port } = provider.address() as AddressInfo;
        const issuer = `http://127.0.0.1:${port}`;
        const at = { authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t`, jwks_uri: `${issuer}/j` };
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ issuer, ...at }));
      });
      await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
      const { port } = provider.address() as AddressInfo;
      await writeFile(join(folder, 'of-root'), 'a secret of root', { mode: 0o600 });
      await chmod(folder, 0o755);
      await mkdir(join(folder, 'etc'));
      config = join(folder, 'etc/backend.yaml');
      await writeFile(
        config,
        `org: { name: Evil }
data: /nowhere/at/all
http: { port: 1, publicUrl: "http://127.0.0.1:1" }
gateway: { port: 1, advertised: { host: 127.0.0.1, port: 1 } }
policy: ${join(folder, 'of-root')}
identityProvider:
  issuer: http://127.0.0.1:${port}
  clientId: evil
  clientSecretFile: ${join(folder, 'of-root')}
`,
      );
    });
    afterEach(() => new Promise((resolve) => provider.close(resolve)));

    const doctor = async (): Promise<string> => {
      const words = [...BUILT_BACKEND, 'doctor', '--config', config];
      return run(process.execPath, words).then(
        ({ stdout }) => stdout,
        ({ stdout }: { stdout: string }) => stdout,
      );
    };

    test.each<[string, () => Promise<void>]>([
      ['somebody else’s file', () => chown(config, NOBODY, NOBODY)],
      ['a file in somebody else’s folder', () => chown(join(folder, 'etc'), NOBODY, NOBODY)],
      ['a file that everybody may write', () => chmod(config, 0o666)],
    ])('asks nobody when it is %s, and says why', async (_what, make) => {
      await make();
      expect(await doctor()).toMatch(/WRONG +configuration +Others than root may change .*\n.*root looks at nothing/);
      expect(heard).toEqual([]);
    });

    test('goes on when it is root’s own', async () => {
      await doctor();
      expect(heard.length).toBeGreaterThan(0);
    });
  });
});
