import dbus from 'dbus-next';
import { Occurrences } from '../occurrences.ts';
import type { BusConnection } from './bus-connection.ts';

const NAME = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';
const DISMISSED = 2;
const CLOSED_BY_APP = 3;

/** A notification as the desktop shows it. */
export interface ShownNotification {
  id: number;
  title: string;
  body: string;
  /** Buttons, by the key that a press sends. `default` is a click on the notification itself. */
  actions: Record<string, string>;
  hints: Record<string, unknown>;
  /** When it was shown: epoch ms. */
  at: number;
}

/** The notification server of a desktop (Desktop Notifications Specification 1.2). */
class NotificationInterface extends dbus.interface.Interface {
  readonly shown = new Occurrences<ShownNotification>('notification');
  readonly closed = new Occurrences<number>('closed notification');
  #next = 1;

  constructor() {
    super(NAME);
  }

  GetCapabilities(): string[] {
    return ['actions', 'body', 'body-markup', 'icon-static', 'persistence'];
  }

  GetServerInformation(): string[] {
    return ['Test desktop', 'Sallyport', '1', '1.2'];
  }

  Notify(
    _app: string,
    replaces: number,
    _icon: string,
    title: string,
    body: string,
    actions: string[],
    hints: Record<string, dbus.Variant>,
    _timeout: number,
  ): number {
    const id = replaces || this.#next++;
    const pairs = actions.flatMap((key, i) => (i % 2 === 0 ? [[key, actions[i + 1] ?? '']] : []));
    // Pictures are large and 64-bit numbers cannot be printed as JSON; neither is asked for by any test.
    const plain = Object.entries(hints)
      .filter(([key, { value }]) => !key.includes('image') && typeof value !== 'bigint')
      .map(([key, { value }]) => [key, value]);
    this.shown.add({
      id,
      title,
      body,
      actions: Object.fromEntries(pairs),
      hints: Object.fromEntries(plain),
      at: Date.now(),
    });
    return id;
  }

  CloseNotification(id: number): void {
    this.closed.add(id);
    this.NotificationClosed(id, CLOSED_BY_APP);
  }

  NotificationClosed(id: number, reason: number): [number, number] {
    return [id, reason];
  }

  ActionInvoked(id: number, key: string): [number, string] {
    return [id, key];
  }
}
NotificationInterface.configureMembers({
  methods: {
    GetCapabilities: { outSignature: 'as' },
    GetServerInformation: { outSignature: 'ssss' },
    Notify: { inSignature: 'susssasa{sv}i', outSignature: 'u' },
    CloseNotification: { inSignature: 'u' },
  },
  signals: { NotificationClosed: { signature: 'uu' }, ActionInvoked: { signature: 'us' } },
});

/** What a person sees of notifications, and does with them. */
export class NotificationServer {
  readonly #interface = new NotificationInterface();

  start(connection: BusConnection): Promise<void> {
    return connection.offer(NAME, PATH, this.#interface);
  }

  /** Every notification so far, the oldest first. */
  get shown(): readonly ShownNotification[] {
    return this.#interface.shown.all;
  }

  /** Ids of the notifications that the app has taken back. */
  get closed(): readonly number[] {
    return this.#interface.closed.all;
  }

  /** The first notification that fits, past or to come; those before index `from` do not count. */
  first(
    fits: (notification: ShownNotification) => boolean = () => true,
    options: { from?: number; timeoutMs?: number } = {},
  ): Promise<ShownNotification> {
    return this.#interface.shown.first(fits, options);
  }

  /** Resolves when the app has taken a notification back. */
  async takenBack(id: number, timeoutMs = 10_000): Promise<void> {
    await this.#interface.closed.first((closed) => closed === id, { timeoutMs });
  }

  /** A click on the notification itself. */
  click({ id }: ShownNotification): void {
    this.#interface.ActionInvoked(id, 'default');
  }

  /** A press of one of its buttons. */
  press({ id, actions }: ShownNotification, label: string): void {
    const key = Object.keys(actions).find((name) => actions[name] === label);
    if (key === undefined) throw new Error(`The notification has no button "${label}".`);
    this.#interface.ActionInvoked(id, key);
  }

  /** The person sends it away without reading. */
  dismiss({ id }: ShownNotification): void {
    this.#interface.NotificationClosed(id, DISMISSED);
  }
}
