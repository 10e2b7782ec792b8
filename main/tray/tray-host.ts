import { listenToBus, sessionBus } from './message-bus.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const RULES = [
  `type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${WATCHER}'`,
  `type='signal',interface='${WATCHER}',member='StatusNotifierHostRegistered'`,
];
/** A desktop that starts announces the watcher and its host one after the other, ms. */
const SETTLE_MS = 200;

/**
 * On Linux, tells when a tray appears: Chromium looks for one only while it makes an icon (StatusNotifierItem), and an
 * icon that was made before the tray, or outlived one, is never seen. Returns the function that stops it.
 * @param env where the session bus is
 */
export function onTrayHost(
  env: Readonly<Record<string, string | undefined>>,
  appeared: () => void,
  onEnd: (error?: Error) => void,
): () => void {
  const path = sessionBus(env);
  if (path === undefined) return () => undefined;
  let settling: ReturnType<typeof setTimeout> | undefined;
  const stop = listenToBus(
    path,
    RULES,
    ({ member, args: [name, , newOwner] }) => {
      const isThere =
        member === 'StatusNotifierHostRegistered' ||
        (member === 'NameOwnerChanged' && name === WATCHER && newOwner !== '');
      if (!isThere) return;
      clearTimeout(settling);
      settling = setTimeout(appeared, SETTLE_MS);
    },
    onEnd,
  );
  return () => {
    clearTimeout(settling);
    stop();
  };
}
