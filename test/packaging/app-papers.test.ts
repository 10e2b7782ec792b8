import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { expect, test } from 'vitest';
import { noticesOf } from '../../scripts/packaging/notices.ts';
import { dependenciesOf, type NpmPackage } from '../../scripts/packaging/npm-packages.ts';
import { type Bom, bomOf } from '../../scripts/packaging/sbom.ts';
import { shippedPackages } from '../../scripts/packaging/shipped.ts';
import { packages } from './packages.ts';

const resources = join(packages.unpacked, 'resources');
const text = await readFile(join(resources, 'sbom.cdx.json'), 'utf8');
const bom = JSON.parse(text) as Bom;
const notices = await readFile(join(resources, 'third-party-notices.txt'), 'utf8');
const listed = bom.components.map(({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`);

test('the bill of materials is CycloneDX 1.6 to the letter', async () => {
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
});

test('it is about this version, this commit and this Electron', () => {
  expect(bom.metadata.component).toMatchObject({ name: 'sallyport', version: packages.version });
  expect(bom.metadata.tools.components[0]?.version).toBe(packages.commit);
  expect(listed).toContain(`electron@${packages.electron.version}`);
});

test('it lists every package that is in the app, and no other', async () => {
  const shipped = (await shippedPackages()).map(({ name, version }) => `${name}@${version}`);
  expect(listed.filter((name) => !name.startsWith('electron@')).sort()).toEqual(shipped.sort());
  // Some of each kind: installed, inside main, inside the pages, only as a stylesheet's origin too.
  for (const name of ['ssh2', 'tweetnacl', 'zod', 'electron-store', 'react-dom', '@xterm/xterm', '@mantine/core']) {
    expect(
      listed.some((one) => one.startsWith(`${name}@`)),
      name,
    ).toBe(true);
  }
  for (const name of ['vite', 'typescript', 'fastify', 'kysely', 'cpu-features', 'nan']) {
    expect(
      listed.some((one) => one.startsWith(`${name}@`)),
      name,
    ).toBe(false);
  }
});

test('every dependency that it draws leads to something it lists', () => {
  const refs = new Set([bom.metadata.component, ...bom.components].map((one) => one['bom-ref']));
  for (const { ref, dependsOn } of bom.dependencies) {
    for (const one of [ref, ...dependsOn]) expect(refs).toContain(one);
  }
});

test('the notices hold the licence of every package that is in the app, in full', async () => {
  for (const { name, version, path } of await shippedPackages()) {
    const at = notices.indexOf(`\n${name} ${version}\n`);
    expect(at, name).toBeGreaterThan(0);
    const part = notices.slice(at, notices.indexOf('-'.repeat(100), at));
    expect(part.length, `${name} (${path})`).toBeGreaterThan(500);
    expect(part, name).toMatch(/copyright|public domain/i);
  }
});

test('a package without a licence text is not shipped unseen', async () => {
  const bare = {
    name: 'bare',
    version: '1.0.0',
    path: join(import.meta.dirname, 'nowhere'),
    license: 'MIT',
    needs: [],
  };
  const [ssh2] = await dependenciesOf(['ssh2']);
  const withoutText: NpmPackage = { ...bare, path: import.meta.dirname };
  await expect(noticesOf([ssh2 as NpmPackage, withoutText], '1.0.0')).rejects.toThrow(/brings no licence text/);
});

test('the same sources give the same bill, another version another', async () => {
  const packages = await shippedPackages();
  const shipped = { name: 'sallyport', version: '1.0.0', commit: 'c', epoch: 1, runtimes: [], packages };
  expect(bomOf(shipped)).toEqual(bomOf(shipped));
  expect(bomOf({ ...shipped, version: '1.0.1' }).serialNumber).not.toBe(bomOf(shipped).serialNumber);
});
