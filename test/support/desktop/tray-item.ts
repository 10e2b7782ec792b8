import { EventEmitter, on } from 'node:events';
import dbus from 'dbus-next';
import type { BusConnection } from './bus-connection.ts';

const ITEM = 'org.kde.StatusNotifierItem';
const ITEM_PATH = '/StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';

/** One entry of a tray menu. `label` is as shown, without the underscores that mark access keys. */
export interface MenuEntry {
  id: number;
  label: string;
  enabled: boolean;
  separator: boolean;
  items: MenuEntry[];
}

/** What a person sees of a tray item. */
export interface TrayLook {
  title: string;
  tooltip: string;
  status: string;
  /** The icon's pixels (ARGB32, each size after the other), or its name where it has one: enough to tell icons apart. */
  icon: string;
}

type MenuLayout = [id: number, properties: Record<string, unknown>, children: MenuLayout[]];

/** An app's icon in the tray. */
export class TrayItem {
  readonly #connection: BusConnection;
  readonly #service: string;

  constructor(connection: BusConnection, service: string) {
    this.#connection = connection;
    this.#service = service;
  }

  async look(): Promise<TrayLook> {
    const properties = await this.#properties();
    const [, , tooltipTitle, tooltipText] = (properties.ToolTip ?? []) as [string, unknown, string, string];
    const pixmaps = (properties.IconPixmap ?? []) as [number, number, Buffer][];
    const pixels = Buffer.concat(pixmaps.map(([, , bytes]) => Buffer.from(bytes)));
    return {
      title: String(properties.Title ?? ''),
      tooltip: [tooltipTitle, tooltipText].filter(Boolean).join(' '),
      status: String(properties.Status ?? ''),
      icon: String(properties.IconName || pixels.toString('base64')),
    };
  }

  /** A plain click on the icon. */
  async click(): Promise<void> {
    await this.#connection.call(this.#service, ITEM_PATH, [ITEM, 'Activate'], 'ii', [0, 0]);
  }

  async menu(): Promise<MenuEntry[]> {
    const path = await this.#menuPath();
    // Chromium answers with an error while the app has set no menu: then there is nothing to show either.
    await this.#connection.call(this.#service, path, [MENU, 'AboutToShow'], 'i', [0]).catch(() => undefined);
    const layout = await this.#connection.call(this.#service, path, [MENU, 'GetLayout'], 'iias', [0, -1, []]);
    return entry(layout[1] as MenuLayout).items;
  }

  /** Chooses an entry by its label, in submenus too: "Connect", or ["web-1", "Connect"] where the label is not unique. */
  async choose(label: string | readonly string[]): Promise<void> {
    const path = typeof label === 'string' ? [label] : label;
    const menu = await this.#menuPath();
    for (let tries = 1; ; tries += 1) {
      const found = find(await this.menu(), path);
      const clicked = [found.id, 'clicked', new dbus.Variant('s', ''), 0];
      try {
        await this.#connection.call(this.#service, menu, [MENU, 'Event'], 'isvu', clicked);
        return;
      } catch (error) {
        // The menu was made anew between the look and the click: that entry is no more. A person clicks once more.
        if (tries === 3 || !/error occurred in Event/.test(String(error))) throw error;
      }
    }
  }

  /** Resolves with the look once it fits. Looks again whenever the item says that it has changed. */
  async lookThatFits(fits: (look: TrayLook) => boolean, timeoutMs = 10_000): Promise<TrayLook> {
    return this.#until(ITEM, timeoutMs, () => this.look(), fits);
  }

  /** Resolves with the menu once it fits. Looks again whenever its layout changes. */
  async menuThatFits(fits: (labels: string[]) => boolean, timeoutMs = 10_000): Promise<MenuEntry[]> {
    return this.#until(
      MENU,
      timeoutMs,
      () => this.menu(),
      (menu) => fits(flatten(menu).map(({ label }) => label)),
    );
  }

  async #until<T>(iface: string, timeoutMs: number, look: () => Promise<T>, fits: (seen: T) => boolean): Promise<T> {
    const changes = new EventEmitter();
    const changed = on(changes, 'changed', { signal: AbortSignal.timeout(timeoutMs) });
    const stop = await this.#connection.listen(iface, () => changes.emit('changed'));
    changes.emit('changed');
    let seen: T | undefined;
    try {
      for await (const _ of changed) {
        seen = await look();
        if (fits(seen)) return seen;
      }
    } catch (cause) {
      throw new Error(`The tray item did not come to fit; it is: ${JSON.stringify(seen)?.slice(0, 2000)}`, { cause });
    } finally {
      stop();
    }
    throw new Error('The tray item went away.');
  }

  async #properties(): Promise<Record<string, unknown>> {
    const get: [string, string] = ['org.freedesktop.DBus.Properties', 'GetAll'];
    const [properties] = await this.#connection.call(this.#service, ITEM_PATH, get, 's', [ITEM]);
    return properties as Record<string, unknown>;
  }

  async #menuPath(): Promise<string> {
    return String((await this.#properties()).Menu);
  }
}

function entry([id, properties, children]: MenuLayout): MenuEntry {
  return {
    id,
    label: String(properties.label ?? '').replace(/_(.)/g, '$1'),
    enabled: properties.enabled !== false,
    separator: properties.type === 'separator',
    items: children.map(entry),
  };
}

/** Every entry of a menu, those of its submenus after their parent. */
export function flatten(menu: readonly MenuEntry[]): MenuEntry[] {
  return menu.flatMap((item) => [item, ...flatten(item.items)]);
}

function find(menu: readonly MenuEntry[], [first, ...rest]: readonly string[]): MenuEntry {
  const all = flatten(menu);
  const found = all.find(({ label }) => label === first);
  if (!found) {
    throw new Error(`The tray menu has no "${first}"; it has ${all.map(({ label }) => `"${label}"`).join(', ')}.`);
  }
  return rest.length > 0 ? find(found.items, rest) : found;
}
