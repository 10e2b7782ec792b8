import { createHash } from 'node:crypto';
import type { NpmPackage } from './npm-packages.ts';

/** What is in the app, in CycloneDX 1.6's words (https://cyclonedx.org/docs/1.6/json/): the part that we write. */
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
  version: string;
  commit: string;
  /** Seconds since 1970. */
  epoch: number;
  electronVersion: string;
  packages: readonly NpmPackage[];
}

/** Lists what ships: Electron, and each npm package that is in the app. The same sources give the same bytes. */
export function bomOf({ version, commit, epoch, electronVersion, packages }: Shipped): Bom {
  const app: Component = { type: 'application', 'bom-ref': `sallyport@${version}`, name: 'sallyport', version };
  const electron: Component = {
    ...{ type: 'framework', 'bom-ref': `electron@${electronVersion}`, name: 'electron', version: electronVersion },
    ...{ purl: `pkg:npm/electron@${electronVersion}`, licenses: [{ license: { id: 'MIT' } }] },
  };
  const libraries = packages.map(componentOf);
  const refs = new Map(packages.map((one, n) => [one.name, libraries[n]?.['bom-ref'] ?? '']));
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
    components: [electron, ...libraries],
    dependencies: [
      { ref: app['bom-ref'], dependsOn: [electron, ...libraries].map((one) => one['bom-ref']) },
      { ref: electron['bom-ref'], dependsOn: [] },
      // A package's needs that the bundler left out, because nothing of theirs is used, are not in the app.
      ...packages.map((one) => ({
        ref: refs.get(one.name) ?? '',
        dependsOn: one.needs.flatMap((need) => refs.get(need) ?? []),
      })),
    ],
  };
  return { ...bom, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bom))}` };
}

function componentOf({ name, version, license, homepage }: NpmPackage): Component {
  const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const isExpression = /\s/.test(license);
  return {
    ...{ type: 'library', 'bom-ref': `${name}@${version}`, name: short ?? name, version, purl },
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
