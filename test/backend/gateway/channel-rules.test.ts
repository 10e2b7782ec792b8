import { describe, expect, it } from 'vitest';
import { decideRequest, forwardingRefusal, printable } from '../../../backend/gateway/channel-rules.ts';
import type { GatewayLimits } from '../../../backend/gateway/ports.ts';
import { SshWriter } from '../../../protocol/ssh/writer.ts';

const all: GatewayLimits = { shell: true, exec: true, sftp: true };
const none: GatewayLimits = { shell: false, exec: false, sftp: false, pty: false };
const text = (...fields: string[]) => fields.reduce((writer, field) => writer.string(field), new SshWriter()).bytes();
const nothing = Buffer.alloc(0);

describe('what a session may ask for', () => {
  it.each<[string, Buffer]>([
    ['shell', nothing],
    ['exec', text('ls')],
    ['exec', Buffer.from([0, 0, 0, 2, 0xff, 0xfe])],
    ['subsystem', text('sftp')],
    ['pty-req', text('xterm')],
    ['window-change', Buffer.alloc(16)],
    ['signal', text('INT')],
    ['break', Buffer.alloc(4)],
    ['eow@openssh.com', nothing],
    ['env', text('LANG', 'de_DE.UTF-8')],
    ['env', text('LC_ALL', 'C')],
  ])('passes %s on when the role allows it', (type, data) => {
    expect(decideRequest(type, data, all)).toEqual({ does: 'pass' });
  });

  it.each<[string, Buffer, string, boolean]>([
    ['shell', nothing, 'shell-not-permitted', true],
    ['exec', text('ls'), 'exec-not-permitted', true],
    ['subsystem', text('sftp'), 'sftp-not-permitted', true],
    ['pty-req', text('xterm'), 'pty-not-permitted', false],
  ])('refuses %s when the role does not allow it', (type, data, code, ends) => {
    expect(decideRequest(type, data, none)).toMatchObject({ does: 'refuse', code, ends });
  });

  it.each<[string, Buffer, string]>([
    ['auth-agent-req@openssh.com', nothing, 'agent-forwarding-not-permitted'],
    ['x11-req', nothing, 'x11-forwarding-not-permitted'],
    ['subsystem', text('netconf'), 'subsystem-not-permitted'],
    ['subsystem', text('SFTP'), 'subsystem-not-permitted'],
    ['something-new@example.com', nothing, 'request-unknown'],
  ])('refuses %s whatever the role', (type, data, code) => {
    expect(decideRequest(type, data, all)).toMatchObject({ does: 'refuse', code });
  });

  it.each(['LD_PRELOAD', 'PATH', 'lang', 'LANGUAGE', 'XLC_ALL'])('quietly refuses the variable %s', (name) => {
    expect(decideRequest('env', text(name, 'x'), all)).toEqual({ does: 'refuse-quietly' });
  });

  it('takes the variables that a role names in place of the usual ones', () => {
    const limits = { ...all, env: ['GIT_*'] };
    expect(decideRequest('env', text('GIT_PROTOCOL', '2'), limits)).toEqual({ does: 'pass' });
    expect(decideRequest('env', text('LANG', 'C'), limits)).toEqual({ does: 'refuse-quietly' });
  });

  it.each(['subsystem', 'env'])('throws at a %s request that breaks off', (type) => {
    expect(() => decideRequest(type, Buffer.from([0, 0, 0, 9]), all)).toThrow();
  });
});

describe('words of the other side', () => {
  it('cannot bring control characters into our sentences', () => {
    expect(printable('\u001b]0;owned\u0007')).toBe('?]0;owned?');
    expect(forwardingRefusal('x\r\nAccess granted').message).not.toMatch(/[\r\n]/);
  });

  it.each([
    ['direct-tcpip', 'forwarding-not-permitted'],
    ['tcpip-forward', 'forwarding-not-permitted'],
    ['direct-streamlocal@openssh.com', 'forwarding-not-permitted'],
    ['never-heard-of', 'channel-unknown'],
  ])('name the kind of forwarding for %s', (type, code) => {
    expect(forwardingRefusal(type).code).toBe(code);
  });
});
