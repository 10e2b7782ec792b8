import type { NpmPackage } from '../npm-packages.ts';
import type { Runtime } from '../sbom.ts';
import { SERVERS } from './locked-packages.ts';

/** The version of the npm package that was looked into, on linux-x64. */
const LOOKED_INTO = '18.4.0-beta.17';

/**
 * What lies in the PostgreSQL server that npm brings, as its libraries say of themselves.
 * OpenSSL 1.1.1 is past its end: the embedded server answers on a socket of its own user alone and speaks no TLS.
 */
const SERVER_PARTS: readonly Runtime[] = [
  { name: 'postgresql', version: '18.4', license: 'PostgreSQL', homepage: 'https://www.postgresql.org' },
  { name: 'icu', version: '60.2', license: 'ICU', homepage: 'https://icu.unicode.org' },
  { name: 'openssl', version: '1.1.1', license: 'OpenSSL', homepage: 'https://www.openssl.org' },
  { name: 'libxml2', version: '2.9.4', license: 'MIT', homepage: 'https://gitlab.gnome.org/GNOME/libxml2' },
  { name: 'libxslt', version: '1.1.29', license: 'MIT', homepage: 'https://gitlab.gnome.org/GNOME/libxslt' },
  { name: 'xz', version: '5.2.2', license: '0BSD', homepage: 'https://tukaani.org/xz' },
  { name: 'zlib', version: '1.2.11', license: 'Zlib', homepage: 'https://zlib.net' },
  { name: 'ossp-uuid', version: '1.6.2', license: 'MIT', homepage: 'http://www.ossp.org/pkg/lib/uuid' },
];

/**
 * What the servers among the packages bring along.
 * @throws when one is of another version: somebody has to look into it, or the bill of materials would be made up
 */
export function serverParts(packages: readonly Pick<NpmPackage, 'name' | 'version'>[]): readonly Runtime[] {
  const servers = packages.filter(({ name }) => name.startsWith(SERVERS));
  for (const { name, version } of servers)
    if (version !== LOOKED_INTO)
      throw new Error(
        `${name} is ${version}, and bundled-with-server.ts says what is in ${LOOKED_INTO}: look at its libraries, then change both.`,
      );
  return servers.length === 0 ? [] : SERVER_PARTS;
}
