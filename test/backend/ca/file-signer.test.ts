import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileSigner } from '../../../backend/ca/file-signer.ts';
import { seal, unseal } from '../../../backend/ca/sealed-key.ts';
import { ed25519SignatureBlob, verifyEd25519 } from '../../../protocol/ssh/signature.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-ca-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const byKeyFile = () => ({
  file: join(folder, 'ca', 'user-ca.json'),
  purpose: 'user-ca',
  secret: { keyFile: join(folder, 'sealing-key') },
});
const byPassphrase = (passphrase: string) => ({
  file: join(folder, 'user-ca.json'),
  purpose: 'user-ca',
  secret: { passphrase },
});

describe('a CA key in a sealed file', () => {
  it('is made once and is the same after a restart', async () => {
    const first = await openFileSigner(byKeyFile());
    const second = await openFileSigner(byKeyFile());
    expect(second.publicBlob).toEqual(first.publicBlob);
    const data = Buffer.from('data');
    expect(verifyEd25519(first.publicBlob, data, ed25519SignatureBlob(await second.sign(data)))).toBe(true);
  });

  it('is the same for ten that start at once', async () => {
    const signers = await Promise.all(Array.from({ length: 10 }, () => openFileSigner(byKeyFile())));
    expect(new Set(signers.map((signer) => signer.publicBlob.toString('hex'))).size).toBe(1);
    expect(await readdir(join(folder, 'ca'))).toEqual(['user-ca.json']);
  });

  it('does not hold the key in clear, and only its owner can read the files', async () => {
    await openFileSigner(byKeyFile());
    for (const file of [byKeyFile().file, byKeyFile().secret.keyFile]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    expect(await readFile(byKeyFile().file, 'utf8')).not.toContain('PRIVATE');
  });

  it('opens with its passphrase, and not with another', async () => {
    const first = await openFileSigner(byPassphrase('correct horse'));
    expect((await openFileSigner(byPassphrase('correct horse'))).publicBlob).toEqual(first.publicBlob);
    await expect(openFileSigner(byPassphrase('wrong horse'))).rejects.toThrow(/wrong passphrase/);
  });

  it('is refused when others can read the sealing key', async () => {
    await openFileSigner(byKeyFile());
    await chmod(byKeyFile().secret.keyFile, 0o640);
    await expect(openFileSigner(byKeyFile())).rejects.toThrow(/chmod 600/);
  });

  it('is refused with another sealing key, and with one that is no key', async () => {
    await openFileSigner(byKeyFile());
    await writeFile(byKeyFile().secret.keyFile, `${Buffer.alloc(32).toString('base64')}\n`);
    await expect(openFileSigner(byKeyFile())).rejects.toThrow(/wrong key file/);
    await writeFile(byKeyFile().secret.keyFile, 'short\n');
    await expect(openFileSigner(byKeyFile())).rejects.toThrow(/32 bytes/);
  });

  it('is refused for another purpose: a host CA cannot stand in for the user CA', async () => {
    await openFileSigner(byKeyFile());
    await expect(openFileSigner({ ...byKeyFile(), purpose: 'host-ca' })).rejects.toThrow(
      /for user-ca, not for host-ca/,
    );
    const text = (await readFile(byKeyFile().file, 'utf8')).replace('user-ca', 'host-ca');
    await writeFile(byKeyFile().file, text);
    await expect(openFileSigner({ ...byKeyFile(), purpose: 'host-ca' })).rejects.toThrow(/altered/);
  });

  it('says so when the file is damaged, and does not make a new key over it', async () => {
    await openFileSigner(byKeyFile());
    const text = await readFile(byKeyFile().file, 'utf8');
    await writeFile(byKeyFile().file, text.slice(0, 50));
    await expect(openFileSigner(byKeyFile())).rejects.toThrow(/damaged/);
    expect(await readFile(byKeyFile().file, 'utf8')).toBe(text.slice(0, 50));
  });
});

describe('sealing', () => {
  const key = Buffer.alloc(32, 1);

  it('gives back what was sealed, each time in other bytes', async () => {
    const [a, b] = await Promise.all([1, 2].map(() => seal(Buffer.from('secret'), 'p', { key })));
    expect(a).not.toBe(b);
    expect(await unseal(a!, 'p', { key })).toEqual(Buffer.from('secret'));
  });

  it.each([
    ['a passphrase where a key file was used', { passphrase: 'x' }],
    ['another key', { key: Buffer.alloc(32, 2) }],
  ])('does not open with %s', async (_what, secret) => {
    await expect(unseal(await seal(Buffer.from('secret'), 'p', { key }), 'p', secret)).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });

  it('does not open with a shortened tag', async () => {
    const sealed = JSON.parse(await seal(Buffer.from('secret'), 'p', { key })) as { tag: string };
    sealed.tag = Buffer.from(sealed.tag, 'base64').subarray(0, 4).toString('base64');
    await expect(unseal(JSON.stringify(sealed), 'p', { key })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
