import { Notification } from 'electron';
import type { Destination } from '../protocol/ipc/bridge.ts';
import { type Notice, newsOf } from './notices.ts';
import type { Store } from './store.ts';

/** How many facts are remembered as told. */
const REMEMBERED = 5_000;

interface NotificationsOptions {
  store: Store;
  /** The person clicked a notification. */
  onClick: (destination: Destination) => void;
}

/** Desktop notifications, drawn from the changes of the state: each fact once. */
export class Notifications {
  readonly #options: NotificationsOptions;
  readonly #unsubscribe: () => void;
  readonly #told = new Set<string>();
  /** Held, because one that is garbage-collected no longer hears its click. */
  readonly #shown = new Map<string, Notification>();

  constructor(options: NotificationsOptions) {
    this.#options = options;
    this.#unsubscribe = options.store.subscribe((state, before) => {
      const { notices, over } = newsOf(state, before);
      for (const key of over) this.#takeDown(key);
      for (const notice of notices) if (this.#isNew(notice.key) && state.settings.notifications) this.#show(notice);
    });
  }

  #isNew(key: string): boolean {
    if (this.#told.has(key)) return false;
    this.#told.add(key);
    for (const oldest of this.#told) {
      if (this.#told.size <= REMEMBERED) break;
      this.#told.delete(oldest);
    }
    return true;
  }

  #show({ key, title, body, destination }: Notice): void {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body: plainBody(body) });
    this.#shown.set(key, notification);
    notification.on('click', () => {
      this.#shown.delete(key);
      this.#options.onClick(destination);
    });
    notification.on('close', () => this.#shown.delete(key));
    notification.on('failed', () => this.#shown.delete(key));
    notification.show();
  }

  #takeDown(key: string): void {
    this.#shown.get(key)?.close();
    this.#shown.delete(key);
  }

  dispose(): void {
    this.#unsubscribe();
    for (const notification of this.#shown.values()) notification.close();
    this.#shown.clear();
  }
}

/** Linux servers read the body as markup (Desktop Notifications Specification); a reason that people type is text. */
function plainBody(body: string): string {
  return process.platform === 'linux' ? body.replaceAll('&', '&amp;').replaceAll('<', '&lt;') : body;
}
