import { createHash } from 'node:crypto';
import { chmod, cp, lchown, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { HOME } from './deb.ts';
import { fixFiles, tarOf } from './fixed-files.ts';
import { run } from './run.ts';

/** Debian's packages that the program needs, without their maintainer scripts; `initdb` starts a shell. */
const BASE = ['base-files', 'libc6', 'libgcc-s1', 'libstdc++6', 'dash', 'tzdata'];
const SUITE = 'bookworm';
/** Of the user in the image: a number of no user of Debian's. */
const ID = 10_001;

/**
 * Writes the backend as an image that every container engine loads: an OCI image layout in a tar archive
 * (https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md). Two layers: Debian's libraries, and ours.
 * Only as root: the files of the layers belong to their users.
 * @param tree what the Debian package installs
 */
export async function buildImage(
  tree: string,
  into: string,
  { version, epoch }: { version: string; epoch: number },
): Promise<void> {
  const work = `${into}.making`;
  const layout = join(work, 'layout');
  await rm(work, { recursive: true, force: true });
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true });
  try {
    const [base, ours] = [join(work, 'base.tar'), join(work, 'ours.tar')];
    await run('mmdebstrap', ['--quiet', '--variant=extract', `--include=${BASE.join(',')}`, SUITE, base], {
      ...process.env,
      SOURCE_DATE_EPOCH: String(epoch),
    });
    await layOutOurs(tree, join(work, 'ours'), epoch);
    await run('tar', [
      ...['--create', '--sort=name', '--format=ustar', '--numeric-owner', `--mtime=@${epoch}`],
      ...['--file', ours, '--directory', join(work, 'ours'), '.'],
    ]);
    const layers = [await addLayer(layout, base), await addLayer(layout, ours)];
    const created = new Date(epoch * 1000).toISOString();
    const config = await addBlob(layout, Buffer.from(JSON.stringify(configOf(version, created, layers))));
    const manifest = await addBlob(
      layout,
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
          layers: layers.map(({ digest, size }) => ({ mediaType: LAYER, digest, size })),
        }),
      ),
    );
    const index = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          ...manifest,
          platform: { os: 'linux', architecture: 'amd64' },
          annotations: { 'org.opencontainers.image.ref.name': version },
        },
      ],
    };
    await writeFile(join(layout, 'index.json'), JSON.stringify(index));
    await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    await fixFiles(layout, epoch);
    await tarOf(layout, ['oci-layout', 'index.json', 'blobs'], into, epoch);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

interface Blob {
  digest: string;
  /** Bytes. */
  size: number;
}

/** A layer is named twice: pressed together in the manifest, as it is in the configuration. */
async function addLayer(layout: string, archive: string): Promise<Blob & { plain: string }> {
  const bytes = await readFile(archive);
  return { ...(await addBlob(layout, gzipSync(bytes, { level: 9 }))), plain: digestOf(bytes) };
}

async function addBlob(layout: string, bytes: Buffer): Promise<Blob> {
  const digest = digestOf(bytes);
  await writeFile(join(layout, 'blobs', digest.replace(':', '/')), bytes);
  return { digest, size: bytes.length };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The program, a user for it, and the two folders that outlive a container. */
async function layOutOurs(tree: string, folder: string, epoch: number): Promise<void> {
  await mkdir(join(folder, 'etc'), { recursive: true });
  for (const place of [HOME, 'usr/bin', 'usr/share/doc/sallyport-backend'])
    await cp(join(tree, place), join(folder, place), { recursive: true, verbatimSymlinks: true });
  await writeFile(join(folder, 'etc/passwd'), PASSWD);
  await writeFile(join(folder, 'etc/group'), `root:x:0:\nsallyport:x:${ID}:\n`);
  // Extracted packages leave the shell's usual name to a script of theirs.
  await mkdir(join(folder, 'bin'), { recursive: true });
  await symlink('dash', join(folder, 'bin/sh'));
  await mkdir(join(folder, 'etc/sallyport'), { recursive: true });
  await mkdir(join(folder, 'var/lib/sallyport'), { recursive: true });
  await mkdir(join(folder, 'tmp'));
  await fixFiles(folder, epoch);
  await chmod(join(folder, 'tmp'), 0o1777);
  await chmod(join(folder, 'var/lib/sallyport'), 0o700);
  for (const place of ['etc/sallyport', 'var/lib/sallyport']) await lchown(join(folder, place), ID, ID);
}

const PASSWD = `root:x:0:0:root:/root:/usr/sbin/nologin
sallyport:x:${ID}:${ID}:Sallyport backend:/var/lib/sallyport:/usr/sbin/nologin
`;

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md, and the health check that Docker reads. */
function configOf(version: string, created: string, layers: readonly { plain: string }[]) {
  const node = `/${HOME}/node`;
  const program = `/${HOME}/program/index.js`;
  const healthy =
    "fetch('http://127.0.0.1:'+(process.env.SALLYPORT_HTTP_PORT??8022)+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))";
  return {
    created,
    architecture: 'amd64',
    os: 'linux',
    config: {
      User: 'sallyport',
      Entrypoint: [node, program],
      Cmd: ['serve', '--config', '/etc/sallyport/backend.yaml'],
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'NODE_ENV=production'],
      WorkingDir: '/',
      ExposedPorts: { '8022/tcp': {}, '2222/tcp': {} },
      Volumes: { '/etc/sallyport': {}, '/var/lib/sallyport': {} },
      StopSignal: 'SIGTERM',
      Healthcheck: {
        Test: ['CMD', node, '-e', healthy],
        Interval: 30_000_000_000,
        Timeout: 5_000_000_000,
        StartPeriod: 60_000_000_000,
      },
      Labels: { 'org.opencontainers.image.title': 'sallyport-backend', 'org.opencontainers.image.version': version },
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ plain }) => plain) },
    history: [
      { created, created_by: `Debian ${SUITE}: ${BASE.join(' ')}` },
      { created, created_by: 'sallyport' },
    ],
  };
}
