import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CommandInput, CommandName, CommandOutput } from '../../protocol/ipc/commands.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import { type Program, startProgram } from '../../scripts/processes.ts';
import { signIn, type TestClient } from '../../test/support/backend.ts';
import { command, quickGrant } from '../../test/support/command.ts';
import { removeFolder } from '../../test/support/folder.ts';
import { Person } from '../../test/support/person.ts';
import { type Stack, startStack } from '../../test/support/stack.ts';
import { XScreen } from '../../test/support/x-screen.ts';
import type { Stage } from './stage.ts';
import type { Shell } from './terminal.ts';

const run = promisify(execFile);

/** Where xterm draws its first lines. */
export const XTERM_AREA = { x: 0, y: 0, width: 400, height: 60 };

/** Somebody who works with the app, and with OpenSSH by hand beside it, on the same target through the same gateway. */
export class Desk {
  readonly screen: XScreen;
  readonly person: Person;
  /** For what the target writes down; the demo's target is this machine. */
  readonly folder: string;
  readonly #stage: Stage;
  readonly #stack: Stack;
  readonly #self: TestClient;
  readonly #approver: TestClient;

  private constructor(
    stage: Stage,
    stack: Stack,
    person: Person,
    folder: string,
    clients: [self: TestClient, approver: TestClient],
    screen: XScreen,
  ) {
    this.#stage = stage;
    this.#stack = stack;
    this.person = person;
    this.folder = folder;
    [this.#self, this.#approver] = clients;
    this.screen = screen;
  }

  static async start(stage: Stage): Promise<Desk> {
    const stack = await startStack();
    const { address } = stack.backend;
    const { executable, display, app } = stage;
    const person = await Person.start('Erin Okafor', { executable, display, backend: address, app });
    await person.signIn();
    const clients: [TestClient, TestClient] = [await signIn(address, 'erin'), await signIn(address, 'dana')];
    // Its name is typed, key by key, without Shift.
    const folder = join(tmpdir(), `sallyport-desk-${randomBytes(6).toString('hex')}`);
    await mkdir(folder, { mode: 0o700 });
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'id')]);
    return new Desk(stage, stack, person, folder, clients, await XScreen.open(display));
  }

  /** One of the app's commands, as its own page sends it. */
  command<K extends CommandName>(name: K, input: CommandInput<K>): Promise<CommandOutput<K>> {
    return command(this.person, name, input);
  }

  /** Access to staging-web, asked for and approved. */
  grant(durationSeconds: number): Promise<Grant> {
    return quickGrant(this.person, this.#approver, { target: 'staging-web', durationSeconds });
  }

  /** Opens a built-in terminal. */
  async builtIn(grant: Grant, name: string): Promise<Shell> {
    await this.command('terminal.open', { grantId: grant.id });
    const page = await this.person.app.window('terminal');
    const rows = page.locator('[data-active] .xterm-rows');
    await rows.waitFor();
    const window = await this.screen.window(new RegExp(`^${grant.login}@${grant.target.name}`));
    const box = await rows.boundingBox();
    if (!box) throw new Error('The terminal is not drawn.');
    const area = { x: Math.round(box.x), y: Math.round(box.y), width: 600, height: 60 };
    return { screen: this.screen, window, area, name };
  }

  /** xterm running plain OpenSSH with key and certificate in files, through the same gateway. */
  async xterm(grant: Grant): Promise<{ program: Program; shell: Shell }> {
    const { folder } = this;
    const publicKey = (await readFile(join(folder, 'id.pub'), 'utf8')).trim();
    const { certificate, endpoint, username } = await this.#self.call('grants.certificate', {
      params: { id: grant.id },
      body: { publicKey },
    });
    await writeFile(join(folder, 'id-cert.pub'), `${certificate}\n`);
    const { host, port, hostKeys } = endpoint;
    await writeFile(join(folder, 'known_hosts'), hostKeys.map((key) => `[${host}]:${port} ${key}\n`).join(''));
    const options = [
      'BatchMode=yes',
      'IdentitiesOnly=yes',
      'StrictHostKeyChecking=yes',
      `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
      `CertificateFile=${join(folder, 'id-cert.pub')}`,
    ].flatMap((option) => ['-o', option]);
    const title = `plain ssh ${Date.now()}`;
    const ssh = ['ssh', '-F', 'none', ...options, '-i', join(folder, 'id'), '-p', `${port}`, '-l', username, host];
    const args = ['-T', title, '-geometry', '100x30', '-xrm', 'XTerm*allowTitleOps: false'];
    const env = { ...process.env, DISPLAY: this.#stage.display };
    const program = startProgram('xterm', [...args, '-e', ...ssh], { env, stdio: 'ignore' });
    const window = await this.screen.window(new RegExp(`^${title}$`));
    return { program, shell: { screen: this.screen, window, area: XTERM_AREA, name: 'xterm' } };
  }

  /** A page that writes the letters of its keys, and does nothing else: what a key costs the platform. */
  async barePage(): Promise<{ program: Program; shell: Shell }> {
    const { executable, display, barePage } = this.#stage;
    const args = ['--no-sandbox', `--user-data-dir=${barePage.profile}`, ...barePage.args];
    const program = startProgram(executable, args, { env: { ...process.env, DISPLAY: display }, stdio: 'ignore' });
    const window = await this.screen.window(/^bare page$/);
    const area = { x: 0, y: 0, width: 600, height: 60 };
    return { program, shell: { screen: this.screen, window, area, name: 'bare-page' } };
  }

  async dispose(): Promise<void> {
    this.screen.dispose();
    await this.person.dispose();
    await this.#stack.dispose();
    await removeFolder(this.folder);
  }
}
