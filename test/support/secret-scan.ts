import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** PKCS#8 header of an Ed25519 private key (RFC 8410 §7), up to the 32 bytes of the key. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** What an unencrypted or encrypted OpenSSH private key begins with (OpenSSH PROTOCOL.key). */
const OPENSSH_KEY = Buffer.from('openssh-key-v1\0');

/** Ways in which a private key or a token of ours can lie in a file, each with the bytes that give it away. */
const SIGNS: readonly { what: string; found: (content: Buffer, text: string) => boolean }[] = [
  { what: 'PEM private key', found: (_, text) => /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text) },
  { what: 'OpenSSH private key', found: (content) => content.includes(OPENSSH_KEY) },
  // Base64 of the same, at each of the three alignments it can have inside a longer text.
  {
    what: 'OpenSSH private key in base64',
    found: (_, text) => /b3BlbnNzaC1rZXktdj|9wZW5zc2gta2V5LXYx|vcGVuc3NoLWtleS12M/.test(text),
  },
  { what: 'PKCS#8 Ed25519 key', found: (content) => content.includes(PKCS8_ED25519) },
  { what: 'PKCS#8 Ed25519 key in base64', found: (_, text) => text.includes('MC4CAQAwBQYDK2VwBCIEI') },
  {
    what: 'private JWK',
    found: (_, text) => /"kty"\s*:\s*"OKP"[^}]*"d"\s*:/.test(text) || /"d"\s*:[^}]*"kty"\s*:\s*"OKP"/.test(text),
  },
  { what: 'Sallyport token', found: (_, text) => /sallyport_(access|refresh)_[A-Za-z0-9_-]{20,}/.test(text) },
];

export interface SecretFile {
  path: string;
  what: string;
}

/** Every file under these folders that holds a private key or a token in clear. Missing folders hold nothing. */
export async function filesWithSecrets(folders: readonly string[]): Promise<SecretFile[]> {
  const found: SecretFile[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      // A browser engine deletes its own files while we look.
      const content = await readFile(path).catch(() => Buffer.alloc(0));
      const text = content.toString('latin1');
      for (const sign of SIGNS) if (sign.found(content, text)) found.push({ path, what: sign.what });
    }
  }
  return found;
}
