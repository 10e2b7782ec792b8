import type { ElectronApplication } from '@playwright/test';

/** How long an app may take to quit by itself, ms. */
const QUIT_MS = 5_000;

/** Quits an app as its own menu would, and sees to it that its process has ended. */
export async function closeElectron(application: ElectronApplication): Promise<void> {
  const child = application.process();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = setTimeout(() => child.kill('SIGKILL'), QUIT_MS);
  await application.close().catch(() => undefined);
  await ended;
  clearTimeout(kill);
}
