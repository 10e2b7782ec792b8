import type { Runtime } from '../sbom.ts';

/**
 * What lies in the PostgreSQL server that npm brings, as its libraries say of themselves (18.4.0-beta.17, linux-x64).
 * OpenSSL 1.1.1 is past its end: the embedded server answers on a socket of its own user alone and speaks no TLS.
 */
export const SERVER_PARTS: readonly Runtime[] = [
  { name: 'postgresql', version: '18.4', license: 'PostgreSQL', homepage: 'https://www.postgresql.org' },
  { name: 'icu', version: '60.2', license: 'ICU', homepage: 'https://icu.unicode.org' },
  { name: 'openssl', version: '1.1.1', license: 'OpenSSL', homepage: 'https://www.openssl.org' },
  { name: 'libxml2', version: '2.9.4', license: 'MIT', homepage: 'https://gitlab.gnome.org/GNOME/libxml2' },
  { name: 'libxslt', version: '1.1.29', license: 'MIT', homepage: 'https://gitlab.gnome.org/GNOME/libxslt' },
  { name: 'xz', version: '5.2.2', license: '0BSD', homepage: 'https://tukaani.org/xz' },
  { name: 'zlib', version: '1.2.11', license: 'Zlib', homepage: 'https://zlib.net' },
  { name: 'ossp-uuid', version: '1.6.2', license: 'MIT', homepage: 'http://www.ossp.org/pkg/lib/uuid' },
];
