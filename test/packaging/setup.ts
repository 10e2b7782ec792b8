// Runs once before the packaging tests: makes the packages that they look into, install and update to. What is there is
// kept while nothing that it is made from has changed. Compressed the quick way: the bytes inside are the same.

import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../../package.json';
import { buildAll, hashOf } from '../../scripts/build.ts';
import { ROOT } from '../../scripts/folders.ts';
import { packageApp } from '../../scripts/packaging/package-app.ts';
import { ensureSystemLibraries } from '../../scripts/system-libraries.ts';
import { removeFolder } from '../support/folder.ts';
import { PACKAGES, type Packages } from './made.ts';

const MADE_FROM = [
  ...['main', 'preload', 'renderer', 'protocol', 'resources', 'packaging/app', 'electron-builder.yml'],
  ...['package.json', 'package-lock.json', 'electron.vite.config.ts', 'scripts', 'test/packaging/setup.ts'],
];

export default async function setup(): Promise<void> {
  ensureSystemLibraries(['packaging']);
  await buildAll();
  const stamp = await hashOf(MADE_FROM);
  if ((await readFile(join(PACKAGES, 'made-from'), 'utf8').catch(() => '')) === stamp) return;
  const started = performance.now();
  await mkdir(join(ROOT, 'out'), { recursive: true });
  const work = await mkdtemp(join(ROOT, 'out/.packaging-'));
  try {
    await writeFile(join(work, 'packages.json'), JSON.stringify(await makePackages(work), null, 2));
    await writeFile(join(work, 'made-from'), stamp);
    // apt reads packages as a user of its own.
    await chmod(work, 0o755);
    await removeFolder(PACKAGES);
    await rename(work, PACKAGES);
  } finally {
    await removeFolder(work);
  }
  console.error(`Made the packages to test in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}

/** @returns what was made, by paths relative to `folder` */
async function makePackages(folder: string): Promise<Packages> {
  const releaseKey = makeReleaseKey();
  const { privateKey: _, ...publicHalf } = releaseKey;
  const common = { level: 1, updateKeys: [publicHalf], say: () => undefined };
  const app = await packageApp({ ...common, out: join(folder, 'app'), work: join(folder, 'work') });
  const newer = await packageApp({
    ...common,
    version: newerThan(version),
    formats: ['deb', 'rpm', 'tar.gz'],
    out: join(folder, 'newer'),
    work: join(folder, 'work-newer'),
    unpacked: app.unpacked,
  });
  const pathIn = (artefacts: typeof app.artefacts, format: string): string => {
    const found = artefacts.find((artefact) => artefact.format === format);
    if (found === undefined) throw new Error(`no ${format} was made`);
    return found.path.slice(folder.length + 1);
  };
  const paths = (of: typeof app) => ({
    version: of.version,
    deb: pathIn(of.artefacts, 'deb'),
    rpm: pathIn(of.artefacts, 'rpm'),
    tarball: pathIn(of.artefacts, 'tar.gz'),
  });
  const { electron, commit, artefacts, notBuilt } = app;
  const unpacked = app.unpacked.slice(folder.length + 1);
  return {
    ...paths(app),
    pacman: pathIn(artefacts, 'pacman'),
    newer: paths(newer),
    ...{ unpacked, electron, commit, notBuilt, releaseKey },
  };
}

/** An Ed25519 key pair as protocol/update/keys.ts names it. */
function makeReleaseKey(): Packages['releaseKey'] {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  // SubjectPublicKeyInfo of Ed25519 (RFC 8410) is a fixed head and then the 32 bytes.
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    id: createHash('sha256').update(raw).digest('hex').slice(0, 16),
    publicKey: raw.toString('base64'),
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
  };
}

function newerThan(text: string): string {
  const [major, minor] = text.split('.').map(Number);
  return `${major}.${(minor ?? 0) + 1}.0`;
}
