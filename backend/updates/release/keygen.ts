import { resolve } from 'node:path';
import { readOptions } from '../../cli/options.ts';
import { WrongUsage } from '../../cli/wrong-usage.ts';
import { say } from './context.ts';
import { makeKeyFile } from './key-file.ts';
import { readPassphrase } from './passphrase.ts';

/** `release keygen`: a new key; only its public half is shown. */
export async function runKeygen(words: readonly string[]): Promise<void> {
  const { options } = readOptions(words, { out: 'text', 'passphrase-file': 'text' });
  if (options.out === undefined) throw new WrongUsage('Say where the key is written: --out FILE.');
  const passphrase = await readPassphrase(options['passphrase-file'], options.out, true);
  // As resources/update-keys.json and the managed setting `updateKeys` want it.
  say(JSON.stringify([await makeKeyFile(resolve(options.out), passphrase)], null, 2));
}
