import { startMessageBus } from '../../../scripts/message-bus.ts';
import { BusConnection } from './bus-connection.ts';
import { NotificationServer } from './notification-server.ts';
import { TrayHost } from './tray-host.ts';

/** One person's desktop: a session bus of its own with a tray and a notification server on it. */
export class Desktop {
  readonly tray: TrayHost;
  readonly notifications = new NotificationServer();
  /** Environment of the programs on this desktop. */
  readonly env: Readonly<Record<string, string>>;
  readonly #connection: BusConnection;
  readonly #stopBus: () => Promise<void>;

  private constructor(address: string, stopBus: () => Promise<void>) {
    this.#connection = new BusConnection(address);
    this.#stopBus = stopBus;
    this.tray = new TrayHost(this.#connection);
    this.env = { DBUS_SESSION_BUS_ADDRESS: address, XDG_CURRENT_DESKTOP: 'sallyport-test' };
  }

  /** Starts a desktop. Apps come after: some look for the tray only once. @param options.person whose account it is */
  static async start(options: { tray: boolean; person?: string } = { tray: true }): Promise<Desktop> {
    const bus = await startMessageBus(options.person);
    const desktop = new Desktop(bus.address, bus.dispose);
    if (options.tray) await desktop.tray.start();
    await desktop.notifications.start(desktop.#connection);
    return desktop;
  }

  /** What the desktop's screen saver says when the person locks the screen, or unlocks it. */
  sayLocked(locked: boolean): Promise<void> {
    const saver = 'org.gnome.ScreenSaver';
    return this.#connection.signal('/org/gnome/ScreenSaver', [saver, 'ActiveChanged'], 'b', [locked]);
  }

  async dispose(): Promise<void> {
    this.#connection.dispose();
    await this.#stopBus();
  }
}
