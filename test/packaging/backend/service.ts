import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Machine } from './machine.ts';
import { parseUnit, serviceSetting, type Unit } from './unit-file.ts';

const UNIT = '/usr/lib/systemd/system/sallyport.service';

/** The backend as the installed unit runs it. */
export interface Service {
  /** Origin of its API. */
  readonly address: string;
  /** What the service manager was told, a datagram each. */
  readonly told: readonly string[];
  /** `systemctl stop`: asks its main process to end. Resolves to its exit status. */
  stop(): Promise<number | null>;
}

/** What the unit's start ended with instead of being ready. */
export class NotStarted extends Error {}

/**
 * Does what systemd would do with the unit, as far as a kernel without systemd lets it: the user, no capabilities and
 * none to be had, every file read-only but those in its state and its runtime folder, a /tmp of its own, no homes, and
 * the very command line. What the unit says beyond that (system calls, address families, /proc) is not enforced here.
 * @throws NotStarted with what it said
 */
export async function startService(machine: Machine): Promise<Service> {
  const unit = parseUnit(await machine.shell(`cat ${UNIT}`));
  const manager = await listenAsManager(machine);
  const child = machine.spawn('unshare', '--mount', '--propagation', 'private', 'sh', '-ec', surroundings(unit));
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => text as string),
    ended.then(([status]) => {
      manager.dispose();
      throw new NotStarted(`${said.trim()}\n(status ${status})`);
    }),
  ]);
  await manager.firstWord;
  const { address } = JSON.parse(line) as { address: string };
  return {
    address,
    told: manager.told,
    async stop() {
      // The oldest process of the user is the unit's main process: the database came after it.
      await machine.shell(`kill -TERM $(pgrep --oldest --euid ${serviceSetting(unit, 'User')})`);
      const [status] = await ended;
      manager.dispose();
      return status;
    },
  };
}

function surroundings(unit: Unit): string {
  const of = (name: string) => serviceSetting(unit, name);
  const state = `/var/lib/${of('StateDirectory')}`;
  const runtime = `/run/${of('RuntimeDirectory')}`;
  const [user, group] = [of('User'), of('Group')];
  const [id, file] = of('LoadCredential').split(':');
  const credentials = '/run/credentials/sallyport.service';
  const must = (name: string, value: string) => {
    if (of(name) !== value)
      throw new Error(`This test does what ${name}=${value} says, and the unit says ${of(name)}.`);
  };
  must('ProtectSystem', 'strict');
  must('ProtectHome', 'yes');
  must('PrivateTmp', 'yes');
  must('NoNewPrivileges', 'yes');
  if (unit.get('Service')?.get('CapabilityBoundingSet')?.length !== 0)
    throw new Error('The unit asks for capabilities.');
  const environment = [
    `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin`,
    `NOTIFY_SOCKET=${NOTIFY_SOCKET}`,
    `STATE_DIRECTORY=${state}`,
    `RUNTIME_DIRECTORY=${runtime}`,
    of('Environment'),
  ];
  return [
    `install -d -o ${user} -g ${group} -m ${of('StateDirectoryMode')} ${state}`,
    // Emptied at each stop, so empty at each start.
    `rm -rf ${runtime}; install -d -o ${user} -g ${group} -m ${of('RuntimeDirectoryMode')} ${runtime}`,
    `mkdir -p ${credentials}`,
    `if [ -e /etc/credstore/${file} ]; then install -o ${user} -m 0400 /etc/credstore/${file} ${credentials}/${id}; fi`,
    `for at in ${state} ${runtime}; do mount --bind "$at" "$at"; done`,
    'for at in / /run; do mount -o remount,bind,ro "$at"; done',
    'for at in /tmp /var/tmp; do mount -t tmpfs -o mode=1777 private "$at"; done',
    'for at in /root /home; do mount -t tmpfs -o mode=000 none "$at"; done',
    `umask ${of('UMask')}`,
    'cd /',
    `exec setpriv --reuid ${user} --regid ${group} --init-groups --no-new-privs --bounding-set=-all --inh-caps=-all ` +
      `env -i ${environment.join(' ')} ${of('ExecStart')}`,
  ].join('\n');
}

const NOTIFY_SOCKET = '/run/notify';
/** systemd's side of sd_notify(3): what is on the socket, line by line. Node cannot listen on a datagram socket. */
const LISTEN = `
import os, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
if os.path.exists("${NOTIFY_SOCKET}"): os.unlink("${NOTIFY_SOCKET}")
s.bind("${NOTIFY_SOCKET}")
os.chmod("${NOTIFY_SOCKET}", 0o777)
print("listening", flush=True)
while True:
    for line in s.recv(4096).decode().split("\\n"): print(line, flush=True)
`;

async function listenAsManager(machine: Machine) {
  const child = machine.spawn('python3', '-c', LISTEN);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  await once(lines, 'line');
  const told: string[] = [];
  const firstWord = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      told.push(line);
      resolve();
    });
  });
  return { told, firstWord, dispose: () => void child.kill() };
}
