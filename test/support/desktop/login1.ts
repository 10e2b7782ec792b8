import dbus from 'dbus-next';
import { sessionPath } from '../../../main/lock-signals.ts';
import { startMessageBus } from '../../../scripts/message-bus.ts';
import { BusConnection } from './bus-connection.ts';

const NAME = 'org.freedesktop.login1';
const PATH = '/org/freedesktop/login1';

/** The part of systemd-logind that tells of suspend and resume. */
class LoginManager extends dbus.interface.Interface {
  constructor() {
    super('org.freedesktop.login1.Manager');
  }

  PrepareForSleep(goingDown: boolean): boolean {
    return goingDown;
  }

  PrepareForShutdown(goingDown: boolean): boolean {
    return goingDown;
  }
}
LoginManager.configureMembers({
  signals: { PrepareForSleep: { signature: 'b' }, PrepareForShutdown: { signature: 'b' } },
});

/** A machine that can be put to sleep and woken, for the apps started with its `env`. */
export class Login1 {
  readonly env: Readonly<Record<string, string>>;
  readonly #manager = new LoginManager();
  readonly #connection: BusConnection;
  readonly #stopBus: () => Promise<void>;

  private constructor(address: string, stopBus: () => Promise<void>) {
    this.env = { DBUS_SYSTEM_BUS_ADDRESS: address };
    this.#connection = new BusConnection(address);
    this.#stopBus = stopBus;
  }

  static async start(): Promise<Login1> {
    const bus = await startMessageBus();
    const login1 = new Login1(bus.address, bus.dispose);
    await login1.#connection.offer(NAME, PATH, login1.#manager);
    return login1;
  }

  suspend(): void {
    this.#manager.PrepareForSleep(true);
  }

  resume(): void {
    this.#manager.PrepareForSleep(false);
  }

  /** What `loginctl lock-session` says to a session, by its id (XDG_SESSION_ID). */
  lock(sessionId: string): Promise<void> {
    return this.#connection.signal(sessionPath(sessionId), [`${NAME}.Session`, 'Lock']);
  }

  unlock(sessionId: string): Promise<void> {
    return this.#connection.signal(sessionPath(sessionId), [`${NAME}.Session`, 'Unlock']);
  }

  async dispose(): Promise<void> {
    this.#connection.dispose();
    await this.#stopBus();
  }
}
