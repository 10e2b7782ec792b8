import { basename, resolve } from 'node:path';
import { parsePolicy } from '../policy/parse.ts';
import { readPolicyFile } from '../policy/policy-source.ts';
import { nearest } from './nearest.ts';
import { readOptions } from './options.ts';
import { WrongUsage } from './wrong-usage.ts';

/** `sallyport policy check FILE`: says what is wrong with a policy file, or what is in it. */
export async function runPolicy([act, ...words]: readonly string[]): Promise<void> {
  if (act !== 'check') {
    const near = act === undefined ? undefined : nearest(act, ['check']);
    throw new WrongUsage(near ? `Did you mean "sallyport policy check FILE"?` : 'Say: sallyport policy check FILE.');
  }
  const { rest } = readOptions(words, {}, 1);
  const [file] = rest;
  if (file === undefined) throw new WrongUsage('Say which file: sallyport policy check FILE.');
  const path = resolve(file);
  const policy = parsePolicy(await readPolicyFile(path), basename(path));
  const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
  console.log(
    `${basename(path)} is valid: ${count(policy.targets.length, 'target')}, ${count(policy.roles.length, 'role')}.`,
  );
}
