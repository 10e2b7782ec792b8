import { sign } from 'node:crypto';
import { join } from 'node:path';
import type { Store } from '../../../main/store.ts';
import { Files, type SendingQuestion } from '../../../main/terminal/files/files.ts';
import { Unfinished } from '../../../main/terminal/files/unfinished.ts';
import { Terminals } from '../../../main/terminal/terminals.ts';
import type { Terminal, Transfer } from '../../../protocol/ipc/snapshot.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { grant as exampleGrant, newStore, signedIn } from '../../main/examples.ts';
import { Occurrences } from '../../support/occurrences.ts';
import { type Access, World } from '../gateway/world.ts';

/** The app's terminals and files, on a real gateway and a real sshd. */
export class TerminalsWorld {
  readonly world: World;
  readonly store: Store;
  readonly terminals: Terminals;
  readonly files: Files;
  readonly transfers = new Occurrences<Transfer>('transfer');
  /** What the person chooses when asked. */
  chosen: { files: string[]; folder: string | null } = { files: [], folder: null };
  /** What the person says to the question about what they dropped, and how often they were asked. */
  confirms = true;
  /** What happens while a question or dialog stands. */
  whileAsked: () => Promise<unknown> = async () => undefined;
  readonly asked: SendingQuestion[] = [];
  readonly unfinished: Unfinished;
  /** What both clocks of the app say. */
  mayUse = true;
  mayPass = true;
  readonly #access = new Map<string, Access>();

  private constructor(world: World) {
    this.world = world;
    this.store = newStore(signedIn());
    const mayUse = (): boolean => this.mayUse;
    const mayPass = (): boolean => this.mayPass;
    const onProblem = (): void => undefined;
    this.terminals = new Terminals({
      store: this.store,
      credential: async (grantId) => this.#credential(grantId),
      ...{ mayUse, mayPass, onProblem, now: Date.now, show: () => undefined, onNone: () => undefined },
    });
    this.unfinished = new Unfinished(join(world.folder, 'unfinished.json'), onProblem);
    this.files = new Files({
      ...{ store: this.store, terminals: this.terminals, unfinished: this.unfinished, mayUse, mayPass, onProblem },
      confirmSending: async (question) => {
        this.asked.push(question);
        await this.whileAsked();
        return this.confirms;
      },
      askFilesToSend: async () => {
        await this.whileAsked();
        return this.chosen.files;
      },
      askFolderToSaveIn: async () => {
        await this.whileAsked();
        return this.chosen.folder;
      },
    });
    this.store.subscribe((state, _before, change) => {
      if (change.kind === 'transfer' && state.transfers.includes(change.transfer)) this.transfers.add(change.transfer);
    });
  }

  static async start(sshdConfig: readonly string[] = []): Promise<TerminalsWorld> {
    return new TerminalsWorld(await World.start({}, sshdConfig));
  }

  #credential(grantId: string) {
    const access = this.#access.get(grantId);
    if (!access) throw new Error('no such grant');
    const { gateway } = this.world;
    return {
      grantId,
      certificate: access.issued.blob,
      endpoint: { kind: 'gateway' as const, host: '127.0.0.1', port: gateway.port, hostKeys: [gateway.hostKeyLine] },
      username: `${access.grant.login}@${access.grant.target.name}`,
      sign: (data: Buffer) => sign(null, data, access.key),
    };
  }

  /** An open terminal on a new grant. */
  async open(limits: Partial<Grant['limits']> = {}): Promise<Terminal> {
    const access = await this.world.access();
    const { id, login, endsAt } = access.grant;
    const target = { name: access.grant.target.name, description: '', labels: {}, via: 'gateway' as const };
    this.#access.set(id, access);
    const given = { shell: true, exec: true, sftp: true, forward: false, ...limits };
    this.store.apply({
      kind: 'grant-changed',
      grant: exampleGrant({ ...{ id, login, target, endsAt }, startsAt: Date.now(), limits: given }),
    });
    const opened = this.terminals.open(id);
    return this.until(opened.id, (t) => t.status.state !== 'opening');
  }

  until(id: string, fits: (terminal: Terminal) => boolean): Promise<Terminal> {
    return new Promise((resolve) => {
      const look = (): boolean => {
        const terminal = this.store.state.terminals.find((t) => t.id === id);
        if (!terminal || !fits(terminal)) return false;
        stop();
        resolve(terminal);
        return true;
      };
      let stop = (): void => undefined;
      if (!look()) stop = this.store.subscribe(look);
    });
  }

  /** The next transfer from here on that is over. */
  over(from: number, timeoutMs = 60_000): Promise<Transfer> {
    // A cancelled one says so at once, and again when nothing is left of it.
    const isOver = ({ status }: Transfer): boolean =>
      status.state !== 'moving' && !(status.state === 'cancelled' && status.sentence === '');
    return this.transfers.first(isOver, { from, timeoutMs });
  }

  async dispose(): Promise<void> {
    this.terminals.dispose();
    await this.world.stop();
  }
}
