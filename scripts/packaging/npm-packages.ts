import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../folders.ts';

/** One package of node_modules. */
export interface NpmPackage {
  name: string;
  version: string;
  /** Its folder, absolute. */
  path: string;
  /** SPDX expression, as its author gave it. */
  license: string;
  homepage?: string;
  /** Names of the packages it needs when it runs. */
  needs: string[];
}

/** The packages and all that they need when they run, each once, sorted by name. */
export async function dependenciesOf(names: readonly string[]): Promise<NpmPackage[]> {
  const found = new Map<string, NpmPackage>();
  const visit = async (name: string, from: string): Promise<void> => {
    const path = await folderOf(name, from);
    if (found.has(path)) return;
    const one = await readPackage(path);
    found.set(path, one);
    for (const need of one.needs) await visit(need, path);
  };
  for (const name of names) await visit(name, ROOT);
  return sorted(found.values());
}

/** Each once, by name and version. */
export function sorted(packages: Iterable<NpmPackage>): NpmPackage[] {
  const key = ({ name, version }: NpmPackage) => `${name}@${version}`;
  const unique = new Map([...packages].map((one) => [key(one), one]));
  return [...unique.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The package's own licence texts, with the notices that go with them. */
export async function licenceTexts({ path }: NpmPackage): Promise<string[]> {
  const names = (await readdir(path)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  if (names.length === 0) return licenceInReadme(path);
  return Promise.all(names.map(async (name) => (await readFile(join(path, name), 'utf8')).trim()));
}

/** Some write it at the end of their README, and nowhere else. */
async function licenceInReadme(path: string): Promise<string[]> {
  const name = (await readdir(path)).find((entry) => /^readme/i.test(entry));
  const text = name === undefined ? '' : await readFile(join(path, name), 'utf8');
  const [, section] = /^#+ *licen[cs]e[^\n]*\n(.*?)(?=^#|$(?![\s\S]))/ims.exec(text) ?? [];
  return section?.trim() ? [section.trim()] : [];
}

/** @param path the package's folder */
export async function readPackage(path: string): Promise<NpmPackage> {
  const about = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
  // Old packages say `licenses: [{type}]`.
  const license = about.license?.type ?? about.license ?? about.licenses?.[0]?.type;
  if (typeof license !== 'string') throw new Error(`${about.name} does not say its licence (${path}).`);
  const { name, version, homepage, dependencies } = about;
  return {
    ...{ name, version, path, license },
    ...(typeof homepage === 'string' ? { homepage } : {}),
    needs: Object.keys(dependencies ?? {}),
  };
}

/** As Node looks for it: in node_modules of the folder and of each one above. */
async function folderOf(name: string, from: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    const found = await access(join(path, 'package.json')).then(
      () => true,
      () => false,
    );
    if (found) return path;
    if (folder === dirname(folder)) throw new Error(`${name} is not installed: run npm ci.`);
  }
}
