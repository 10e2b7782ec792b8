import { execFile } from 'node:child_process';

/** systemd's own: Node has no datagram sockets of Unix, which sd_notify(3) is made of. */
const NOTIFY = 'systemd-notify';
const TIMEOUT_MS = 5_000;

/**
 * Tells systemd that the service is ready, when it was systemd that started it (NOTIFY_SOCKET): only then does
 * `systemctl start` end well. Otherwise does nothing. Never rejects: a manager that does not hear it ends us after its
 * own time, and why it could not be told is on stderr.
 */
export function tellServiceManager(): Promise<void> {
  if (!process.env.NOTIFY_SOCKET) return Promise.resolve();
  return new Promise((resolve) => {
    execFile(NOTIFY, ['--ready'], { timeout: TIMEOUT_MS }, (error) => {
      if (error) console.error(`systemd could not be told that the backend is ready: ${error.message.trim()}`);
      resolve();
    });
  });
}
