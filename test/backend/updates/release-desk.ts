import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { runRelease } from '../../../backend/updates/release-command.ts';
import type { UpdateChannel } from '../../../protocol/update/channel.ts';
import { type Feed, feedEnvelopeSchema, feedSchema } from '../../../protocol/update/feed.ts';
import type { ReleaseKey } from '../../../protocol/update/keys.ts';

/** Somebody who publishes: a folder with keys and installers, and the command. */
export class ReleaseDesk {
  readonly folder: string;
  readonly passphraseFile: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.passphraseFile = join(folder, 'passphrase');
  }

  static async open(): Promise<ReleaseDesk> {
    const desk = new ReleaseDesk(await mkdtemp(join(tmpdir(), 'sallyport-release-')));
    await writeFile(desk.passphraseFile, 'correct horse battery\n');
    return desk;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Runs `sallyport release …`. @returns what it prints */
  async run(...words: string[]): Promise<string> {
    const lines: string[] = [];
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    try {
      await runRelease(words);
    } finally {
      spy.mockRestore();
    }
    return lines.join('');
  }

  /** A command that signs with those keys. */
  sign(keys: string | string[], ...words: string[]): Promise<string> {
    const said = [keys].flat().flatMap((name) => ['--key', this.path(`${name}.key`)]);
    return this.run(...words, ...said, '--passphrase-file', this.passphraseFile);
  }

  /** Makes a key; its public half lies beside it as NAME.json. */
  async keygen(name: string): Promise<ReleaseKey> {
    const out = ['--out', this.path(`${name}.key`), '--passphrase-file', this.passphraseFile];
    const text = await this.run('keygen', ...out);
    await writeFile(this.path(`${name}.json`), text);
    return JSON.parse(text)[0];
  }

  async installer(name: string, bytes = 100_000): Promise<{ path: string; content: Buffer; sha256: string }> {
    const [path, content] = [this.path(name), randomBytes(bytes)];
    await mkdir(this.folder, { recursive: true });
    await writeFile(path, content);
    return { path, content, sha256: createHash('sha256').update(content).digest('hex') };
  }

  dispose(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** What a published text says, whoever signed it. */
export function read(text: string): Feed {
  const { payload } = feedEnvelopeSchema.parse(JSON.parse(text));
  return feedSchema.parse(JSON.parse(Buffer.from(payload, 'base64').toString()));
}

export async function readPublished(folder: string, channel: UpdateChannel = 'stable'): Promise<Feed> {
  return read(await readFile(join(folder, `${channel}.json`), 'utf8'));
}
