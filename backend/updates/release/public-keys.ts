import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../../protocol/errors.ts';
import { keyIdSchema, publicKeySchema, type ReleaseKey } from '../../../protocol/update/keys.ts';
import { isNamedRight, keyIdOf } from '../../../protocol/update/release-key.ts';

const keysSchema = z.array(z.strictObject({ id: keyIdSchema, publicKey: publicKeySchema })).min(1);

/** The public keys of a file, in the form that `release keygen` prints. @throws AppError */
export async function readPublicKeys(file: string): Promise<ReleaseKey[]> {
  let keys: ReleaseKey[];
  try {
    keys = keysSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const sentence = `${file} does not hold public keys in the form that \`sallyport release keygen\` prints.`;
    throw new AppError('invalid-input', sentence, { cause });
  }
  const wrong = keys.find((key) => !isNamedRight(key));
  if (wrong) throw new AppError('invalid-input', `${file} gives a key the name ${wrong.id}, which is not its own.`);
  return keys;
}

/** A public key said on the command line: its base64, or a file. @throws AppError */
export async function publicKeysFrom(word: string): Promise<ReleaseKey[]> {
  return publicKeySchema.safeParse(word).success ? [{ id: keyIdOf(word), publicKey: word }] : readPublicKeys(word);
}
