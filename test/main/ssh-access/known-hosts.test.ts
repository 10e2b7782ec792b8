import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { knownHostsText } from '../../../main/ssh-access/known-hosts.ts';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';

const key = () => formatKeyLine(ed25519Blob(generateKeyPairSync('ed25519').publicKey));

describe('known hosts', () => {
  it('hold each pinned key under the alias, without what was said of it', () => {
    const [one, two] = [key(), key()];
    expect(knownHostsText('db-1', [`${one} a comment`, two])).toBe(`db-1 ${one}\ndb-1 ${two}\n`);
  });

  it.each([
    ['a pattern', '*'],
    ['a list', 'db-1,db-2'],
    ['a negation', '!db-1'],
    ['a hashed name', '|1|abc|def'],
    ['a marker', '@cert-authority'],
    ['a comment', '#db-1'],
    ['two words', 'db-1 ssh-ed25519'],
    ['a second line', 'db-1\n*'],
    ['nothing', ''],
  ])('refuse an alias that would be read as %s', (_what, alias) => {
    expect(() => knownHostsText(alias, [key()])).toThrow('a name that ssh cannot use');
  });

  it.each([
    ['is none', 'ssh-ed25519 AAAA'],
    ['brings a line of its own', `${key()}\n* ${key()}`],
    ['marks itself as a CA', `@cert-authority * ${key()}`],
    ['names another type', key().replace('ssh-ed25519', 'ssh-rsa')],
    ['is empty', ''],
  ])('refuse a key that %s', (_what, line) => {
    expect(() => knownHostsText('db-1', [key(), line])).toThrow('cannot be read');
  });

  it('refuse to expect nobody', () => {
    expect(() => knownHostsText('db-1', [])).toThrow('no host key');
  });
});
