import { resolve } from 'node:path';
import { readOptions } from '../../cli/options.ts';
import { WrongUsage } from '../../cli/wrong-usage.ts';
import { updateFolder } from '../folder.ts';
import { GRACE_MS, tidy } from '../tidy.ts';
import { lengthFrom, say } from './context.ts';

/** `release tidy`: removes what no feed has named for a while. A backend does so by itself at each publication. */
export async function runTidy(words: readonly string[]): Promise<void> {
  const { options } = readOptions(words, { to: 'text', grace: 'text' });
  if (options.to === undefined || options.to.includes('://')) throw new WrongUsage('Say which folder: --to FOLDER.');
  const grace = options.grace === undefined ? GRACE_MS : lengthFrom('--grace', options.grace);
  const { files, bytes } = await tidy(updateFolder(resolve(options.to)), Date.now(), grace);
  say(`${files} ${files === 1 ? 'file' : 'files'} removed, ${(bytes / 1e6).toFixed(1)} MB.`);
}
