import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstLine, startProgram } from './processes.ts';

/** A D-Bus of its own. */
export interface MessageBusDaemon {
  /** Value for DBUS_SESSION_BUS_ADDRESS (or DBUS_SYSTEM_BUS_ADDRESS). */
  address: string;
  dispose(): Promise<void>;
}

/** No service folders: nothing on this bus starts by being called, so it holds what we put there and nothing else. */
function configuration(folder: string, guest: string | undefined): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${join(folder, 'bus')}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
    ${guest === undefined ? '' : `<allow user="${guest}"/>`}
  </policy>
</busconfig>
`;
}

/** Starts a message bus that only this user can reach. @param guest another account that may as well; we have to be root */
export async function startMessageBus(guest?: string): Promise<MessageBusDaemon> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bus-'));
  if (guest !== undefined) await chmod(folder, 0o711);
  const file = join(folder, 'bus.conf');
  await writeFile(file, configuration(folder, guest));
  const daemon = startProgram('dbus-daemon', [`--config-file=${file}`, '--nofork', '--nopidfile', '--print-address=1']);
  const dispose = async () => {
    await daemon.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    if (!daemon.child.stdout) throw new Error('dbus-daemon has no output to read.');
    return { address: await firstLine(daemon, daemon.child.stdout, 'dbus-daemon'), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
