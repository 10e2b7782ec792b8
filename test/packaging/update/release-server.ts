import { createHash, createPrivateKey } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seal } from '../../../backend/ca/sealed-key.ts';
import type { Artefact, Feed } from '../../../protocol/update/feed.ts';
import { ReleaseDesk, readPublished } from '../../backend/updates/release-desk.ts';
import { FileServer, goneAfter, ignoringRange, whole } from '../../main/updates/file-server.ts';
import { type Signer, signedFeed } from '../../main/updates/signed-feed.ts';
import type { Packages } from '../made.ts';

/** The part of an org backend that hands out updates, with releases signed by the key that the packages believe. */
export class ReleaseServer {
  readonly #server: FileServer;
  readonly #signer: Signer;
  #sequence = 0;

  private constructor(server: FileServer, { id, publicKey, privateKey }: Packages['releaseKey']) {
    this.#server = server;
    this.#signer = { key: { id, publicKey }, privateKey: createPrivateKey(privateKey) };
  }

  static async start(releaseKey: Packages['releaseKey']): Promise<ReleaseServer> {
    return new ReleaseServer(await FileServer.start(() => undefined), releaseKey);
  }

  get origin(): string {
    return this.#server.origin;
  }

  /** What was asked for of the installers: their Range headers, '' without one. */
  get downloads(): string[] {
    return this.#server.asked
      .filter((asked) => asked.startsWith('/updates/files/'))
      .map((asked) => asked.split(' ')[1] ?? '');
  }

  get signer(): Signer {
    return this.#signer;
  }

  /** A feed that comes after all others, with this file as the installer. */
  feed(fields: Partial<Feed>, file: Buffer, signers: readonly Signer[] = [this.#signer]): string {
    this.#sequence += 1;
    const audience = [this.origin];
    return signedFeed(signers, { audience, sequence: this.#sequence, artefacts: [artefactOf(file)], ...fields });
  }

  /** A folder that `sallyport release publish` has made, with this installer in it. @returns its feed */
  async publish(tarball: string, version: string): Promise<string> {
    const desk = await ReleaseDesk.open();
    try {
      const folder = desk.path('updates');
      await mkdir(folder);
      // What is published comes after what was served so far.
      await writeFile(join(folder, 'stable.json'), this.feed({ version: '0.0.1', artefacts: [] }, Buffer.alloc(0)));
      const key = this.#signer.privateKey.export({ format: 'der', type: 'pkcs8' });
      const passphrase = (await readFile(desk.passphraseFile, 'utf8')).trim();
      await writeFile(desk.path('release.key'), await seal(key, 'release-key', { passphrase }));
      await desk.sign('release', 'publish', '--to', folder, '--for', this.origin, '--version', version, tarball);
      this.#sequence = (await readPublished(folder)).sequence;
      return await readFile(join(folder, 'stable.json'), 'utf8');
    } finally {
      await desk.dispose();
    }
  }

  /** Serves this feed, and this file for whatever installer is asked for. @param cutAt after so many bytes it goes away */
  serve(feed: string, file: Buffer, cutAt?: number): void {
    const installer = cutAt === undefined ? whole(file) : goneAfter(file, cutAt);
    const text = ignoringRange(Buffer.from(feed));
    this.#server.answerNow((request, response) =>
      (request.url?.endsWith('.json') ? text : installer)(request, response),
    );
  }

  dispose(): Promise<void> {
    return this.#server.dispose();
  }
}

function artefactOf(file: Buffer): Artefact {
  return {
    ...{
      platform: 'linux',
      arch: process.arch === 'arm64' ? 'arm64' : 'x64',
      format: 'tar.gz',
      name: 'Sallyport.tar.gz',
    },
    ...{ bytes: file.length, sha256: createHash('sha256').update(file).digest('hex') },
  };
}
