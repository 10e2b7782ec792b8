import dbus from 'dbus-next';

/** A signal that another program on the bus has sent. */
export interface BusSignal {
  sender: string;
  path: string;
  interface: string;
  member: string;
  body: unknown[];
}

/** Our place on a message bus: offers objects, calls others, hears their signals. */
export class BusConnection {
  readonly #bus: dbus.MessageBus;

  constructor(address: string) {
    this.#bus = dbus.sessionBus({ busAddress: address });
    // The daemon goes away at the end of a test; a call under way then fails by itself.
    this.#bus.on('error', () => undefined);
  }

  /** Offers an object under a well-known name. Throws if another has the name. */
  async offer(name: string, path: string, object: dbus.interface.Interface): Promise<void> {
    this.#bus.export(path, object);
    const reply = await this.#bus.requestName(name, dbus.NameFlag.DO_NOT_QUEUE);
    if (reply !== dbus.RequestNameReply.PRIMARY_OWNER) throw new Error(`${name} is taken on this bus.`);
  }

  /** Gives up a well-known name, as a service that stops does. */
  async withdraw(name: string, path: string, object: dbus.interface.Interface): Promise<void> {
    await this.#bus.releaseName(name);
    this.#bus.unexport(path, object);
  }

  /** Takes a well-known name without offering anything under it. */
  async own(name: string): Promise<void> {
    await this.#bus.requestName(name, dbus.NameFlag.DO_NOT_QUEUE);
  }

  /** Sends a signal to whoever listens. */
  async signal(
    path: string,
    [iface, member]: [iface: string, member: string],
    signature = '',
    body: unknown[] = [],
  ): Promise<void> {
    this.#bus.send(dbus.Message.newSignal(path, iface, member, signature, body));
    // A call has its answer only after the signal went out.
    await this.call('org.freedesktop.DBus', '/org/freedesktop/DBus', ['org.freedesktop.DBus', 'GetId']);
  }

  async call(
    destination: string,
    path: string,
    [iface, member]: [iface: string, member: string],
    signature = '',
    body: unknown[] = [],
  ): Promise<unknown[]> {
    const message = new dbus.Message({ destination, path, interface: iface, member, signature, body });
    const reply = await this.#bus.call(message);
    return plain(reply?.body ?? []) as unknown[];
  }

  /** Hears every signal of one interface. Returns the way to stop. */
  async listen(iface: string, heard: (signal: BusSignal) => void): Promise<() => void> {
    const rule = `type='signal',interface='${iface}'`;
    await this.call('org.freedesktop.DBus', '/org/freedesktop/DBus', ['org.freedesktop.DBus', 'AddMatch'], 's', [rule]);
    const listener = (message: dbus.Message) => {
      if (message.type !== dbus.MessageType.SIGNAL || message.interface !== iface) return;
      const { sender, path, member, body } = message;
      heard({ sender, path, interface: iface, member, body: plain(body ?? []) as unknown[] });
    };
    this.#bus.on('message', listener);
    return () => this.#bus.off('message', listener);
  }

  dispose(): void {
    this.#bus.disconnect();
  }
}

/** Values without D-Bus's wrapping of variants. */
function plain(value: unknown): unknown {
  if (value instanceof dbus.Variant) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (Buffer.isBuffer(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
