import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ROOT } from '../../folders.ts';
import { compiledIn } from './compiled.ts';
import { neededLibraries } from './needed-libraries.ts';

const SCRIPTS = join(ROOT, 'packaging/backend/deb');
const MAINTAINER_SCRIPTS = ['postinst', 'prerm', 'postrm'];
/** What the maintainer scripts call, and what is compiled needs whatever its version. */
const DEPENDS = ['adduser', 'libgcc-s1', 'init-system-helpers (>= 1.54~)'];

/** Writes DEBIAN/ of a tree whose other files are all in place: control, md5sums and the maintainer scripts. */
export async function writeDebControl(tree: string, version: string): Promise<void> {
  const folder = join(tree, 'DEBIAN');
  await mkdir(folder, { recursive: true });
  const { bytes, sums } = await measure(tree);
  await writeFile(join(folder, 'md5sums'), sums);
  await writeFile(
    join(folder, 'control'),
    control(version, Math.ceil(bytes / 1024), await neededLibraries(await compiledIn(tree))),
  );
  for (const name of MAINTAINER_SCRIPTS) await cp(join(SCRIPTS, name), join(folder, name));
}

/** Debian's control file; the description is wrapped by hand, a space before each line. */
function control(version: string, kib: number, libraries: readonly string[]): string {
  return `Package: sallyport-backend
Version: ${debianVersion(version)}
Architecture: amd64
Maintainer: Sallyport <team@sallyport.dev>
Installed-Size: ${kib}
Depends: ${[...DEPENDS, ...libraries].join(', ')}
Recommends: ca-certificates, systemd
Suggests: postgresql, nginx
Section: net
Priority: optional
Homepage: https://sallyport.dev
Description: just-in-time SSH access: policy, approvals, CA, gateway, audit
 The organisation's side of Sallyport. People ask for access from their
 desktop, others approve, and a short-lived certificate opens the session
 through the gateway, which ends it in time.
 .
 Brings the Node it was tested with, and a PostgreSQL for organisations
 that do not run one.
`;
}

/** Debian sorts `1.0~beta.1` before `1.0`, as semver sorts `1.0-beta.1`. */
export function debianVersion(version: string): string {
  return version.replace('-', '~');
}

async function measure(tree: string): Promise<{ bytes: number; sums: string }> {
  const lines: string[] = [];
  let bytes = 0;
  for (const entry of await readdir(tree, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const inside = relative(tree, path);
    if (!entry.isFile() || inside.startsWith('DEBIAN/')) continue;
    bytes += (await stat(path)).size;
    const sum = createHash('md5')
      .update(await readFile(path))
      .digest('hex');
    lines.push(`${sum}  ${inside}\n`);
  }
  return { bytes, sums: lines.sort((a, b) => (a.slice(34) < b.slice(34) ? -1 : 1)).join('') };
}
