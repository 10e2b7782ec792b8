import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { packageBackend } from '../../../scripts/packaging/backend/index.ts';
import { removeFolder } from '../../support/folder.ts';
import { packages } from '../packages.ts';

const run = promisify(execFile);

it('the packages of the app and of the backend have no file in common, and are two packages to dpkg', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-beside-'));
  try {
    const options = { version: '0.1.0', epoch: 1_700_000_000, compression: 'quick', into: folder } as const;
    const [backend] = await packageBackend({ ...options, targets: ['deb'] });
    const [ofApp, ofBackend] = [await contents(packages.deb), await contents(backend?.path ?? '')];
    expect(ofApp).toContain('./usr/bin/sallyport-desktop');
    expect(ofBackend).toContain('./usr/bin/sallyport');
    expect(ofBackend.filter((path) => ofApp.includes(path))).toEqual([]);
    expect(await nameOf(packages.deb)).not.toBe(await nameOf(backend?.path ?? ''));
  } finally {
    await removeFolder(folder);
  }
});

/** Folders may be shared. */
async function contents(deb: string): Promise<string[]> {
  const { stdout } = await run('sh', ['-c', 'dpkg-deb --fsys-tarfile "$0" | tar --list', deb], { maxBuffer: 64e6 });
  return stdout.split('\n').filter((path) => path !== '' && !path.endsWith('/'));
}

async function nameOf(deb: string): Promise<string> {
  return (await run('dpkg-deb', ['--field', deb, 'Package'])).stdout.trim();
}
