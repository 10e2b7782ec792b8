import { describe, expect, it } from 'vitest';
import { endpointSchema } from '../../../protocol/api/routes.ts';
import { sshUsernameSchema } from '../../../protocol/model/target.ts';

describe('a user name that a backend has ssh give', () => {
  it.each(['root', 'deploy@db-1', '_svc.a-b@db.internal'])('may be %j', (name) => {
    expect(sshUsernameSchema.safeParse(name).success).toBe(true);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['an option', '-oProxyCommand=id'],
    ['a variable of the environment', '$' + '{AWS_SECRET_ACCESS_KEY}'],
    ['a token of ssh_config', '%d@db-1'],
    ['a second line', 'deploy@db-1\nProxyCommand id'],
    ['a carriage return', 'deploy\r@db-1'],
    ['a line end after it', 'deploy@db-1\n'],
    ['a quote', 'deploy"@db-1'],
    ['a space', 'deploy db-1'],
    ['two targets', 'deploy@db-1@db-2'],
    ['no login', '@db-1'],
    ['no target', 'deploy@'],
    ['letters of another script', 'dеploy@db-1'],
  ])('is refused: %s', (_what, name) => {
    expect(sshUsernameSchema.safeParse(name).success).toBe(false);
  });
});

describe('where a backend says that sessions are opened', () => {
  const endpoint = { kind: 'direct', host: 'db-1.internal', port: 22, hostKeys: ['ssh-ed25519 AAAA'] };

  it.each(['db-1.internal', '192.0.2.7', '2001:db8::7', 'fe80::1%eth0'])('may be %s', (host) => {
    expect(endpointSchema.safeParse({ ...endpoint, host }).success).toBe(true);
  });

  it.each<[string, object]>([
    ['no host', { host: '' }],
    ['a host with a space', { host: 'a b' }],
    ['a host with an escape sequence', { host: 'a\u001b[2J' }],
    ['a host of two lines', { host: 'a\nb' }],
    ['a host that reads backwards', { host: 'a\u202eb' }],
    ['a host that is too long', { host: 'a'.repeat(256) }],
    ['no host key', { hostKeys: [] }],
    ['host keys without end', { hostKeys: Array(33).fill('ssh-ed25519 AAAA') }],
    ['a host key without end', { hostKeys: ['a'.repeat(4097)] }],
  ])('is refused: %s', (_what, change) => {
    expect(endpointSchema.safeParse({ ...endpoint, ...change }).success).toBe(false);
  });
});
