import dbus from 'dbus-next';
import { Occurrences } from '../occurrences.ts';
import type { BusConnection } from './bus-connection.ts';
import { TrayItem } from './tray-item.ts';

const NAME = 'org.kde.StatusNotifierWatcher';
const PATH = '/StatusNotifierWatcher';

/** The part of a desktop that tray items register with (freedesktop StatusNotifierItem). */
class StatusNotifierWatcher extends dbus.interface.Interface {
  readonly services: string[] = [];
  readonly #registered: (service: string) => void;

  constructor(registered: (service: string) => void) {
    super(NAME);
    this.#registered = registered;
  }

  RegisterStatusNotifierItem(service: string): void {
    this.services.push(service);
    this.StatusNotifierItemRegistered(service);
    this.#registered(service);
  }

  RegisterStatusNotifierHost(): void {}

  get RegisteredStatusNotifierItems(): string[] {
    return this.services;
  }

  get IsStatusNotifierHostRegistered(): boolean {
    return true;
  }

  get ProtocolVersion(): number {
    return 0;
  }

  StatusNotifierItemRegistered(service: string): string {
    return service;
  }
}
StatusNotifierWatcher.configureMembers({
  methods: {
    RegisterStatusNotifierItem: { inSignature: 's' },
    RegisterStatusNotifierHost: { inSignature: 's' },
  },
  properties: {
    RegisteredStatusNotifierItems: { signature: 'as', access: 'read' },
    IsStatusNotifierHostRegistered: { signature: 'b', access: 'read' },
    ProtocolVersion: { signature: 'i', access: 'read' },
  },
  signals: { StatusNotifierItemRegistered: { signature: 's' } },
});

/** The tray of a desktop: shows items, and lets the test do what a person does with them. */
export class TrayHost {
  readonly #connection: BusConnection;
  readonly #services = new Occurrences<string>('tray item');
  #watcher: StatusNotifierWatcher | undefined;

  constructor(connection: BusConnection) {
    this.#connection = connection;
  }

  /** Starts the tray. An app that was there before has to notice it by itself, as on a real desktop. */
  async start(): Promise<void> {
    this.#watcher = new StatusNotifierWatcher((service) => this.#services.add(service));
    await this.#connection.offer(NAME, PATH, this.#watcher);
  }

  /** Stops the tray, as a panel that crashes does. */
  async stop(): Promise<void> {
    if (!this.#watcher) return;
    await this.#connection.withdraw(NAME, PATH, this.#watcher);
    this.#watcher = undefined;
  }

  /** How many items have registered since the start. */
  get count(): number {
    return this.#services.all.length;
  }

  /** The item that came as number `index` (0 is the first), once it is there. */
  async item(index = 0, timeoutMs = 10_000): Promise<TrayItem> {
    const service = await this.#services.first(() => true, { from: index, timeoutMs });
    return new TrayItem(this.#connection, service);
  }
}
