import { createHash } from 'node:crypto';
import type { NpmPackage } from './npm-packages.ts';

/** What is in a package, in CycloneDX 1.6's words (https://cyclonedx.org/docs/1.6/json/): the part that we write. */
export interface Bom {
  $schema: string;
  bomFormat: 'CycloneDX';
  specVersion: '1.6';
  serialNumber: string;
  version: number;
  metadata: { timestamp: string; tools: { components: Component[] }; component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

interface Component {
  type: 'application' | 'library' | 'framework';
  'bom-ref': string;
  name: string;
  group?: string;
  version: string;
  purl?: string;
  licenses?: { license: { id: string } }[] | { expression: string }[];
  externalReferences?: { type: 'website'; url: string }[];
}

/** What the list is of. */
export interface Shipped {
  /** Of ours: the app or the backend. */
  name: string;
  version: string;
  commit: string;
  /** Seconds since 1970. */
  epoch: number;
  /** What it runs on and brings along: Electron, Node, a database. */
  runtimes: readonly Runtime[];
  packages: readonly NpmPackage[];
}

export interface Runtime {
  name: string;
  version: string;
  /** SPDX id. */
  license: string;
  homepage?: string;
  /** Package URL, where there is one. */
  purl?: string;
}

/** Lists what ships: what it runs on, and each npm package in it. The same sources give the same bytes. */
export function bomOf({ name, version, commit, epoch, runtimes, packages }: Shipped): Bom {
  const app: Component = { type: 'application', 'bom-ref': `${name}@${version}`, name, version };
  const frameworks = runtimes.map(runtimeOf);
  const libraries = packages.map(componentOf);
  const bom: Omit<Bom, 'serialNumber'> = {
    ...{ $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', bomFormat: 'CycloneDX', specVersion: '1.6' },
    version: 1,
    metadata: {
      timestamp: new Date(epoch * 1000).toISOString(),
      tools: {
        components: [{ type: 'application', 'bom-ref': 'packaging', name: 'sallyport-packaging', version: commit }],
      },
      component: { ...app, licenses: [{ license: { id: 'MIT' } }] },
    },
    components: [...frameworks, ...libraries],
    dependencies: [
      { ref: app['bom-ref'], dependsOn: [...frameworks, ...libraries].map((one) => one['bom-ref']) },
      ...frameworks.map((one) => ({ ref: one['bom-ref'], dependsOn: [] })),
      // A package's needs that the bundler left out, because nothing of theirs is used, are not in it.
      ...packages.map((one) => ({
        ref: refOf(one),
        dependsOn: one.needs.flatMap((need) => packages.filter(({ name }) => name === need).map(refOf)),
      })),
    ],
  };
  return { ...bom, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bom))}` };
}

function runtimeOf({ name, version, license, homepage, purl }: Runtime): Component {
  return {
    ...{ type: 'framework', 'bom-ref': `${name}@${version}`, name, version },
    ...(purl === undefined ? {} : { purl }),
    licenses: [{ license: { id: license } }],
    ...(homepage === undefined ? {} : { externalReferences: [{ type: 'website', url: homepage }] }),
  };
}

function refOf({ name, version }: Pick<NpmPackage, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

function componentOf({ name, version, license, homepage }: NpmPackage): Component {
  const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const isExpression = /\s/.test(license);
  return {
    ...{ type: 'library', 'bom-ref': refOf({ name, version }), name: short ?? name, version, purl },
    ...(group === undefined ? {} : { group }),
    licenses: isExpression ? [{ expression: license }] : [{ license: { id: license } }],
    ...(homepage === undefined ? {} : { externalReferences: [{ type: 'website', url: homepage }] }),
  };
}

/** A UUID that the text decides (RFC 9562, version 8). */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
