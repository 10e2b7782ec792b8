import { LAYERS, MANAGEABLE_NAMES } from './policy.ts';
import type { RegistryKeys, RegistryValue } from './registry-text.ts';
import { Unusable } from './unusable.ts';

const LISTS: ReadonlySet<string> = new Set(['terminals', 'deepLinks', 'updateKeys']);
const SWITCHES: ReadonlySet<string> = new Set(['startAtLogin', 'sshConfig', 'notifications']);
/** A list of nothing: an empty one cannot be told apart from one that nobody filled in. */
const NOTHING = 'none';

/**
 * The document {"enforced", "defaults"} out of our key and its subkey Defaults. Names are those of the settings, in any
 * letters, as everywhere in the registry. Switches are REG_DWORD 0 or 1, numbers REG_DWORD, lists REG_MULTI_SZ, the rest
 * REG_SZ. @throws Unusable that names the value
 */
export function registryDocument(keys: RegistryKeys, ourKey: string): Record<string, Record<string, unknown>> {
  const [enforced, defaults] = LAYERS;
  return {
    [enforced]: layerOf(valuesOf(keys, ourKey), ourKey),
    [defaults]: layerOf(valuesOf(keys, `${ourKey}\\Defaults`), `${ourKey}\\Defaults`),
  };
}

function valuesOf(keys: RegistryKeys, path: string): readonly RegistryValue[] {
  return [...keys].find(([key]) => key.toLowerCase() === path.toLowerCase())?.[1] ?? [];
}

function layerOf(values: readonly RegistryValue[], key: string): Record<string, unknown> {
  const layer: Record<string, unknown> = {};
  for (const { name, type, data } of values) {
    // The key's value without a name, by whatever name this Windows calls it.
    if (/^\(.*\)$/.test(name)) continue;
    const known = MANAGEABLE_NAMES.find((one) => one.toLowerCase() === name.toLowerCase());
    layer[known ?? name] = known === undefined ? data : settingOf(known, type, data, `${key}\\${name}`);
  }
  return layer;
}

function settingOf(name: string, type: string, data: string, path: string): unknown {
  const wanted = LISTS.has(name) ? 'REG_MULTI_SZ' : isNumber(name) ? 'REG_DWORD' : 'REG_SZ';
  if (type !== wanted) throw new Unusable(`${path} must be a ${wanted}`);
  if (wanted === 'REG_SZ') return data;
  if (wanted === 'REG_DWORD') {
    if (!/^0x[0-9a-f]{1,8}$/i.test(data)) throw new Unusable(`${path} is not a number`);
    const number = Number(data);
    if (!SWITCHES.has(name)) return number;
    if (number > 1) throw new Unusable(`${path} must be 0 or 1`);
    return number === 1;
  }
  const lines = data.split('\\0').filter((line) => line !== '');
  if (lines.length === 1 && lines[0]?.toLowerCase() === NOTHING) return [];
  if (lines.length === 0) throw new Unusable(`${path} is empty; a list of nothing is the word ${NOTHING}`);
  return name === 'updateKeys' ? lines.map((line) => updateKey(line, path)) : lines;
}

const isNumber = (name: string): boolean => SWITCHES.has(name) || name === 'idleSignOutMinutes';

/** "0123456789abcdef BASE64". */
function updateKey(line: string, path: string): unknown {
  const [id, publicKey, ...more] = line.trim().split(/ +/);
  if (!publicKey || more.length > 0) throw new Unusable(`${path} must have the name and the key in each line`);
  return { id, publicKey };
}
