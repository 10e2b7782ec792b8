import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppError } from '../../protocol/errors.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import type { Credential } from '../grants/certificates.ts';
import type { Log } from '../log.ts';
import { type Forwarder, openForwarder } from '../ssh-access/forwarder.ts';
import { knownHostsText } from '../ssh-access/known-hosts.ts';
import type { ClosedBy } from '../ssh-access/relay.ts';
import { type Agent, serveAgent } from '../ssh-agent/agent.ts';
import { type Entry, usernameFor } from './entries.ts';
import { writeOwnFile } from './own-file.ts';

/** What the ways in need of the grants. */
export interface GrantUse {
  /** Claims what opens the other end. */
  credential: (grantId: string) => Promise<Credential>;
  /** Whether something new may be opened now. */
  mayUse: (grantId: string) => boolean;
  /** Whether bytes of what is open may pass now. */
  mayPass: (grantId: string) => boolean;
}

/** What happens at a way in. */
export interface WayInEvents {
  /** Numbers count up from 1. */
  onConnection: (number: number) => void;
  onClosed: (number: number, by: ClosedBy) => void;
  /** The agent signed a login. */
  onSigned: () => void;
  /** A program cannot log in by the agent, whatever it does. */
  onTooOld: () => void;
  onFailed: (error: AppError) => void;
}

interface WayInOptions extends GrantUse, WayInEvents {
  grant: Grant;
  /** The app's run folder. */
  folder: string;
  log: Log;
}

/** The way in that one grant gives to any ssh of this computer: an agent, a forwarder and a known_hosts file. */
export class WayIn {
  readonly #options: WayInOptions;
  readonly #agent: Agent;
  readonly #forwarder: Forwarder;
  readonly #knownHosts: string;

  private constructor(options: WayInOptions, agent: Agent, forwarder: Forwarder, knownHosts: string) {
    this.#options = options;
    this.#agent = agent;
    this.#forwarder = forwarder;
    this.#knownHosts = knownHosts;
  }

  /** Claims nothing: the key and the certificate come with the first connection. @throws AppError */
  static async open(options: WayInOptions): Promise<WayIn> {
    const { grant, folder, log, credential, mayUse, mayPass } = options;
    const { id } = grant;
    const knownHosts = join(folder, `known_hosts-${randomBytes(8).toString('hex')}`);
    writeFileSync(knownHosts, '', { mode: 0o600, flag: 'wx' });
    const agent = await serveAgent({
      ...{ grantId: id, title: title(grant), folder, log },
      credential: () => credential(id),
      mayUse: () => mayUse(id),
      onSigned: options.onSigned,
      onTooOld: options.onTooOld,
    });
    let pinned = '';
    try {
      const forwarder = await openForwarder({
        endpoint: async () => {
          const { endpoint } = await credential(id);
          // ssh reads the file after the other end has greeted it, and so after this.
          const text = knownHostsText(aliasOf(grant), endpoint.hostKeys);
          if (text !== pinned) writeOwnFile(knownHosts, text);
          pinned = text;
          return endpoint;
        },
        mayOpen: () => mayUse(id),
        mayPass: () => mayPass(id),
        onConnection: ({ number }) => options.onConnection(number),
        onClosed: ({ number }, by) => options.onClosed(number, by),
        onFailed: options.onFailed,
        onTurnedAway: (sentence) => log.warn(`way in of ${title(grant)}: ${sentence}`),
      });
      return new WayIn(options, agent, forwarder, knownHosts);
    } catch (error) {
      agent.close();
      throw error;
    }
  }

  entry(names: readonly string[]): Entry {
    const { grant } = this.#options;
    return {
      ...{ names, username: usernameFor(grant.login, grant.target), alias: aliasOf(grant) },
      ...{ port: this.#forwarder.port, knownHosts: this.#knownHosts, agent: this.#agent.path },
    };
  }

  /** Nothing new is opened by it; what is open goes on. */
  close(): void {
    this.#agent.close();
    this.#forwarder.close();
  }

  /** Cuts what is open, before anything else is done. */
  sever(): void {
    this.#forwarder.sever();
    this.#agent.close();
    try {
      rmSync(this.#knownHosts, { force: true });
    } catch (error) {
      // No secret, and gone with the run folder; it must not keep others from being cut.
      this.#options.log.warn('a known_hosts file could not be removed', error);
    }
  }
}

export function title({ login, target }: Pick<Grant, 'login' | 'target'>): string {
  return `${login}@${target.name}`;
}

function aliasOf({ target }: Grant): string {
  return `${target.name}.sallyport`;
}
