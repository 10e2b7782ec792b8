import { sizeWords } from '../../../protocol/size.ts';
import type { SendingQuestion } from './files.ts';

const LONGEST_PATH = 100;

/**
 * The question before something dropped is sent: what, how much, and where to. Each is named: what hands them over may be a
 * compromised page, which would hide a key among others.
 */
export function sendingWords({ to, folder, items }: SendingQuestion): { message: string; detail: string } {
  const [only] = items;
  const what = items.length === 1 && only ? `this ${only.kind}` : `these ${items.length} files and folders`;
  const lines = items.map(
    ({ path, bytes }) => `${plain(path)}${bytes === null ? ', all of it' : `, ${sizeWords(bytes, 'bytes')}`}`,
  );
  return { message: `Send ${what} to ${plain(to)}?`, detail: `Into ${plain(folder)}:\n\n${lines.join('\n')}` };
}

/** A path on one line, that reads as what it is; of a long one the end. */
function plain(path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is made visible
  const shown = path.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
  return shown.length > LONGEST_PATH ? `…${shown.slice(-LONGEST_PATH)}` : shown;
}
