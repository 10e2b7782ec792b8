import { run } from './run.ts';

/** What the documents promise: the oldest is Ubuntu 22.04, whose glibc this is. */
const NEWEST_GLIBC = '2.35';

/** Of which libstdc++6 a GLIBCXX version is the first (https://gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html). */
const LIBSTDCXX: readonly [glibcxx: string, gcc: string][] = [
  ['3.4.21', '5'],
  ['3.4.22', '6'],
  ['3.4.24', '7'],
  ['3.4.25', '8'],
  ['3.4.28', '9'],
  ['3.4.29', '11'],
  ['3.4.30', '12'],
];

/**
 * What compiled files want of the system's libraries, as Debian's `Depends` says it: from the versions of symbols that
 * they name (ELF, .gnu.version_r), not from what was said once.
 * @throws when they were compiled on a system newer than the oldest that is promised
 */
export async function neededLibraries(compiled: readonly string[]): Promise<string[]> {
  const said = await run('readelf', ['--version-info', '--wide', ...compiled], { ...process.env, LC_ALL: 'C' });
  return dependenciesFor([...said.matchAll(/Name: (GLIBC|GLIBCXX)_([\d.]+)/g)].map(([, of = '', v = '']) => [of, v]));
}

/** @param versions pairs such as `['GLIBC', '2.34']` */
export function dependenciesFor(versions: readonly (readonly [string, string])[]): string[] {
  const glibc = newest(versions, 'GLIBC');
  const glibcxx = newest(versions, 'GLIBCXX');
  if (glibc === undefined) throw new Error('The compiled files name no version of glibc: readelf was not understood.');
  if (compare(glibc, NEWEST_GLIBC) > 0)
    throw new Error(
      `What was compiled here needs glibc ${glibc}, and Ubuntu 22.04 has ${NEWEST_GLIBC}: run npm ci and package there.`,
    );
  if (glibcxx === undefined) return [`libc6 (>= ${glibc})`];
  const gcc = LIBSTDCXX.find(([known]) => compare(glibcxx, known) <= 0)?.[1];
  if (gcc === undefined)
    throw new Error(
      `What was compiled here needs GLIBCXX_${glibcxx}, which Ubuntu 22.04 does not have: package there.`,
    );
  return [`libc6 (>= ${glibc})`, `libstdc++6 (>= ${gcc})`];
}

function newest(versions: readonly (readonly [string, string])[], of: string): string | undefined {
  return versions
    .flatMap(([name, version]) => (name === of ? [version] : []))
    .sort(compare)
    .at(-1);
}

/** `2.9` comes before `2.28`. */
function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
