import { outputOf, run } from './programs.ts';

/** Where packages put things, and where dpkg writes down what it knows of them. */
const PLACES = ['/opt', '/usr', '/etc', '/var/lib/dpkg/alternatives', '/var/lib/dpkg/info'];

/** Every path in the places where packages put things. */
export async function systemPaths(): Promise<Set<string>> {
  const { stdout } = await run('find', [...PLACES, '-xdev']);
  return new Set(stdout.split('\n').filter(Boolean));
}

/** What is there now and was not before, and is no other package's: others may be installed here meanwhile. */
export async function appearedSince(before: ReadonlySet<string>): Promise<string[]> {
  const now = await systemPaths();
  const appeared = [...now].filter((path) => !before.has(path));
  if (appeared.length === 0) return [];
  const { stdout } = await run('dpkg-query', ['-S', ...appeared]);
  const owned = new Set(stdout.split('\n').map((line) => line.slice(line.indexOf(': ') + 2)));
  return appeared.filter((path) => !owned.has(path) && !isRecordOfAPackage(path, owned)).sort();
}

/** dpkg's own record of a package that is installed. */
function isRecordOfAPackage(path: string, owned: ReadonlySet<string>): boolean {
  return owned.size > 0 && path.startsWith('/var/lib/dpkg/info/') && !path.includes('/sallyport.');
}

/** Files of the system that name us. */
export async function filesThatName(text: string, places: readonly string[]): Promise<string[]> {
  const { stdout } = await run('grep', ['-rIl', '--', text, ...places]);
  return stdout.split('\n').filter(Boolean);
}

/** Paths under a folder for which find(1)'s conditions hold. */
export async function found(folder: string, ...conditions: string[]): Promise<string[]> {
  return (await outputOf('find', [folder, ...conditions])).split('\n').filter(Boolean).sort();
}
