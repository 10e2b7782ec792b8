import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { AppError } from '../../../protocol/errors.ts';
import { readSecretFile } from '../../config.ts';

/** Shorter ones are guessed by who has the file. */
const SHORTEST = 12;

/** The passphrase of a key, from a file or typed unseen. @param again whether it is new, and typed twice @throws AppError */
export async function readPassphrase(file: string | undefined, what: string, again: boolean): Promise<string> {
  const passphrase = file === undefined ? await typed(what, again) : await readSecretFile(file, 'passphrase file');
  if (again && passphrase.length < SHORTEST)
    throw new AppError('invalid-input', `Choose a passphrase of at least ${SHORTEST} characters.`);
  return passphrase;
}

async function typed(what: string, again: boolean): Promise<string> {
  if (!process.stdin.isTTY)
    throw new AppError('invalid-input', 'There is nobody to type the passphrase: say --passphrase-file FILE.');
  const first = await ask(`Passphrase of ${what}: `);
  if (again && (await ask('The same again: ')) !== first)
    throw new AppError('invalid-input', 'The two passphrases are not the same.');
  return first;
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  // What is typed is echoed into nothing.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
