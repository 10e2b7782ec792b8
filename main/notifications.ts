import { Notification } from 'electron';
import { buttonsOf, pressed } from './notice-buttons.ts';
import type { Notice } from './notices.ts';

interface NotificationsOptions {
  /** The person clicked a notification. */
  onClick: (notice: Notice) => void;
  /** The person pressed "Approve" on it. */
  onApprove: (notice: Notice) => void;
}

/** Shows notices as the desktop's notifications. */
export class Notifications {
  readonly #options: NotificationsOptions;
  /** Held, because one that is garbage-collected no longer hears its click. */
  readonly #shown = new Set<Notification>();

  constructor(options: NotificationsOptions) {
    this.#options = options;
  }

  /** Returns the function that takes it down. */
  show(notice: Notice): () => void {
    if (!Notification.isSupported()) return () => undefined;
    const { onClick, onApprove } = this.#options;
    const buttons = buttonsOf(notice);
    const notification = new Notification({
      title: notice.title,
      body: plainBody(notice.body),
      ...(buttons.length > 0 ? { actions: buttons.map((text) => ({ type: 'button' as const, text })) } : {}),
    });
    const gone = (): void => void this.#shown.delete(notification);
    this.#shown.add(notification);
    notification.on('click', () => {
      gone();
      onClick(notice);
    });
    // Older Electrons give the index beside the event, newer ones in it.
    notification.on('action', (details, index) => {
      gone();
      const button = pressed(buttons, (details as { actionIndex?: unknown }).actionIndex ?? index);
      if (button === 'Approve') onApprove(notice);
      else onClick(notice);
    });
    notification.on('close', gone);
    notification.on('failed', gone);
    notification.show();
    return () => {
      gone();
      notification.close();
    };
  }
}

/** Linux servers read the body as markup (Desktop Notifications Specification); a reason that people type is text. */
function plainBody(body: string): string {
  return process.platform === 'linux' ? body.replaceAll('&', '&amp;').replaceAll('<', '&lt;') : body;
}
