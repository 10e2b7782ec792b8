import { Unusable } from './unusable.ts';

/** A value as `reg query` prints it. `data` is the text after its type. */
export interface RegistryValue {
  readonly name: string;
  readonly type: string;
  readonly data: string;
}

/** Full path of each key that was printed, in the letters it is printed in, and its values. */
export type RegistryKeys = ReadonlyMap<string, readonly RegistryValue[]>;

const KEY = /^HKEY_[A-Z_]+(?:\\[^\\]+)*$/;
/** Four spaces, the name, four spaces, the type, and the data after four more, if there is any. */
const VALUE = /^ {4}(.+?) {4}(REG_[A-Z_]+)(?: {4}(.*)| *)$/;

/**
 * Reads what `reg query KEY /s` prints: an empty line, the full path of a key, a line for each value, and so for each
 * subkey. A key's value without a name has a name in the language of the system, in brackets: "(Default)", "(Standard)",
 * "(par défaut)". @throws Unusable for any line that is neither
 */
export function registryKeys(text: string): RegistryKeys {
  const keys = new Map<string, RegistryValue[]>();
  let values: RegistryValue[] | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const value = VALUE.exec(line);
    if (KEY.test(line)) {
      values = [];
      keys.set(line, values);
    } else if (value && values) {
      values.push({ name: value[1] ?? '', type: value[2] ?? '', data: value[3] ?? '' });
    } else {
      throw new Unusable('what Windows prints of it has a line that is not understood');
    }
  }
  return keys;
}
