import type { PolicySource, Reading } from './policy-source.ts';
import { readingOf } from './reading.ts';
import { registryDocument } from './registry-document.ts';
import { type RegistryKeys, registryKeys } from './registry-text.ts';
import { systemFolder } from './system-folder.ts';
import { type RunSystemProgram, runSystemProgram } from './system-program.ts';
import { Unusable, unusable } from './unusable.ts';

const POLICIES = String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Policies`;
/** What is enforced lies here, what is preset in its subkey Defaults. A user cannot write here; theirs is not read. */
export const WINDOWS_POLICY_KEY = String.raw`${POLICIES}\Sallyport\Sallyport`;

/** Windows: group policies for this computer. Only by a child process, so that the tray does not wait for it. */
export function windowsPolicy(run: RunSystemProgram = runSystemProgram, folder: string = systemFolder()): PolicySource {
  return {
    read: () => readWindowsPolicy(run, folder),
    // Nothing tells of a change but a look, each hour; group policies themselves come every 90 minutes.
    watch: () => () => undefined,
  };
}

async function readWindowsPolicy(run: RunSystemProgram, folder: string): Promise<Reading> {
  const query = async (key: string, ...more: string[]): Promise<RegistryKeys | undefined> => {
    const env = { SystemRoot: folder.slice(0, folder.lastIndexOf('\\')) };
    const { code, stdout } = await run(`${folder}\\reg.exe`, ['query', key, ...more], { env });
    // In the code page of the console; every word of ours is ASCII.
    if (code === 0) return registryKeys(stdout.toString('latin1'));
    if (code === 1) return undefined;
    throw new Unusable('Windows does not say what is there (reg.exe failed)');
  };
  try {
    const keys = await query(WINDOWS_POLICY_KEY, '/s');
    if (keys) return readingOf(WINDOWS_POLICY_KEY, () => registryDocument(keys, WINDOWS_POLICY_KEY));
    // The one number says that it is not there, or not for us; which of the two only the keys above it can tell.
    if (!(await isThere(query))) return { state: 'absent' };
    throw new Unusable('this account may not read it');
  } catch (cause) {
    return { state: 'unusable', source: WINDOWS_POLICY_KEY, problem: unusable(WINDOWS_POLICY_KEY, cause) };
  }
}

async function isThere(query: (key: string) => Promise<RegistryKeys | undefined>): Promise<boolean> {
  const steps = WINDOWS_POLICY_KEY.slice(POLICIES.length + 1).split('\\');
  let path = POLICIES;
  for (const step of steps) {
    const keys = await query(path);
    if (!keys) throw new Unusable(`this account may not read ${path}`);
    path = `${path}\\${step}`;
    if (![...keys.keys()].some((key) => key.toLowerCase() === path.toLowerCase())) return false;
  }
  return true;
}
