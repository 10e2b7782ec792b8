import { afterAll, afterEach, beforeAll } from 'vitest';
import { packages } from '../packages.ts';
import { installDeb } from './debian.ts';
import { Machine } from './machine.ts';
import { UserDesktop } from './user-desktop.ts';

interface InstalledApp {
  machine: Machine;
  desktop: UserDesktop;
}

/**
 * Installs the app from its deb for the tests of a `describe`, with a desktop of an ordinary user to start it on. After
 * each test no program of that user runs any more. @param ready called before the first test
 */
export function withInstalledApp(ready: (installed: InstalledApp) => unknown): void {
  let machine: Machine | undefined;
  let desktop: UserDesktop | undefined;
  beforeAll(async () => {
    machine = await Machine.take();
    await installDeb(packages.deb);
    desktop = await UserDesktop.start(machine.user);
    await ready({ machine, desktop });
  });
  afterEach(() => desktop?.endAll());
  afterAll(async () => {
    await desktop?.dispose();
    await machine?.giveBack();
  });
}
