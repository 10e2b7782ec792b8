import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process as the kernel tells of it: proc(5). */
export interface OwnProcess {
  pid: number;
  parent: number;
  args: readonly string[];
  /** The file it runs; '' when it may not be told. */
  executable: string;
  /** 0 none, 2 a filter of system calls. */
  seccomp: number;
  /** Whether it can never gain rights again by running a setuid program. */
  noNewPrivileges: boolean;
  /** Ids of the namespaces it lives in. */
  namespaces: Readonly<Record<'user' | 'pid' | 'net', string>>;
}

/** The processes of an account; dead ones that wait for their parent do not count. */
export function processesOf(uid: number): OwnProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name), uid) ?? []);
}

function read(pid: number, uid: number): OwnProcess | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
    if (Number(field('Uid').split(/\s/)[0]) !== uid || /^[ZX]/.test(field('State'))) return undefined;
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
    return {
      pid,
      parent: Number(field('PPid')),
      // Chromium writes its title over the arguments, with spaces between them.
      args: args.flatMap((argument) => argument.split(' ')),
      executable: link(pid, 'exe').replace(/ \(deleted\)$/, ''),
      seccomp: Number(field('Seccomp')),
      noNewPrivileges: field('NoNewPrivs') === '1',
      namespaces: { user: link(pid, 'ns/user'), pid: link(pid, 'ns/pid'), net: link(pid, 'ns/net') },
    };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

function link(pid: number, name: string): string {
  try {
    return readlinkSync(`/proc/${pid}/${name}`);
  } catch {
    return '';
  }
}

/** Whether a process was started by another, or by one that it started. */
export function descends(from: number, process: OwnProcess, all: readonly OwnProcess[]): boolean {
  const parent = all.find(({ pid }) => pid === process.parent);
  return process.parent === from || (parent !== undefined && descends(from, parent, all));
}

/** TCP ports on which a process listens: proc(5), net/tcp; sockets(7) names a descriptor's socket by its inode. */
export function listeningPorts(pid: number): number[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(link(pid, `fd/${fd}`))?.[1] ?? []),
  );
  const LISTEN = '0A';
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[3] === LISTEN && sockets.has(columns[9] ?? ''))
      .map((columns) => Number.parseInt(columns[1]?.split(':')[1] ?? '', 16)),
  );
}
