import { SshReader } from '../../protocol/ssh/reader.ts';
import type { GatewayLimits } from './ports.ts';

/**
 * What becomes of a channel request of the client: passed on as it is, refused quietly (as sshd does with a variable
 * it does not take), or refused with a sentence; `ends` means the channel was asked for this and has no other use.
 */
export type RequestVerdict =
  | { readonly does: 'pass' }
  | { readonly does: 'refuse-quietly' }
  | { readonly does: 'refuse'; readonly code: string; readonly message: string; readonly ends: boolean };

const DEFAULT_ENV = ['LANG', 'LC_*', 'COLORTERM'];
const PASS: RequestVerdict = { does: 'pass' };

/** Decides one channel request (RFC 4254 section 6). `data` is what follows the want-reply flag. Throws SshFormatError. */
export function decideRequest(type: string, data: Buffer, limits: GatewayLimits): RequestVerdict {
  switch (type) {
    case 'shell':
      return limits.shell ? PASS : refuse('shell-not-permitted', 'This access does not include a shell.', true);
    case 'exec':
      return limits.exec ? PASS : refuse('exec-not-permitted', 'This access does not include running commands.', true);
    case 'subsystem':
      return decideSubsystem(new SshReader(data).text(), limits);
    case 'pty-req':
      return limits.pty === false
        ? refuse('pty-not-permitted', 'This access does not include a terminal.', false)
        : PASS;
    case 'env':
      return mayset(new SshReader(data).text(), limits.env ?? DEFAULT_ENV) ? PASS : { does: 'refuse-quietly' };
    case 'window-change':
    case 'signal':
    case 'break':
    case 'xon-xoff':
    case 'eow@openssh.com':
    case 'keepalive@openssh.com':
      return PASS;
    case 'auth-agent-req@openssh.com':
      return refuse('agent-forwarding-not-permitted', 'Agent forwarding is not permitted through Sallyport.', false);
    case 'x11-req':
      return refuse('x11-forwarding-not-permitted', 'X11 forwarding is not permitted through Sallyport.', false);
    default:
      return refuse('request-unknown', `The request "${printable(type)}" is not permitted through Sallyport.`, false);
  }
}

/** The same for a channel that leads onward from the target: it carries bytes, and nothing can be run in it. */
export function decideForwardRequest(type: string): RequestVerdict {
  return type === 'eow@openssh.com' ? PASS : { does: 'refuse-quietly' };
}

function decideSubsystem(name: string, limits: GatewayLimits): RequestVerdict {
  if (name !== 'sftp') {
    return refuse('subsystem-not-permitted', `The subsystem "${printable(name)}" is not permitted.`, true);
  }
  return limits.sftp ? PASS : refuse('sftp-not-permitted', 'This access does not include file transfer.', true);
}

function mayset(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
}

function refuse(code: string, message: string, ends: boolean): RequestVerdict {
  return { does: 'refuse', code, message, ends };
}

/** Text of the other side in our sentences: short, and without control characters. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
}

/** What to say of a channel type or global request that is not a session. */
export function forwardingRefusal(type: string): { code: string; message: string } {
  const kind = FORWARDING[type];
  return kind === undefined
    ? { code: 'channel-unknown', message: `"${printable(type)}" is not permitted through Sallyport.` }
    : { code: 'forwarding-not-permitted', message: `${kind} is not permitted by this access.` };
}

const FORWARDING: Readonly<Record<string, string>> = {
  'direct-tcpip': 'Port forwarding (-L, -W, -D)',
  'direct-streamlocal@openssh.com': 'Socket forwarding (-L)',
  'tun@openssh.com': 'Tunnel forwarding (-w)',
  'tcpip-forward': 'Remote port forwarding (-R)',
  'streamlocal-forward@openssh.com': 'Remote socket forwarding (-R)',
  'forwarded-tcpip': 'Remote port forwarding (-R)',
  'forwarded-streamlocal@openssh.com': 'Remote socket forwarding (-R)',
  'auth-agent@openssh.com': 'Agent forwarding (-A)',
  x11: 'X11 forwarding (-X)',
};
