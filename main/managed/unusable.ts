import { AppError } from '../../protocol/errors.ts';

/** Why what IT has put there is not used: the end of a sentence, without a full stop. */
export class Unusable extends Error {}

/** The sentence for the person, and for IT to whom they read it. @param source where it lies */
export function unusable(source: string, cause: unknown): AppError {
  const why = cause instanceof Unusable ? cause.message : 'it cannot be read';
  return new AppError(
    'policy-invalid',
    `Your organisation's settings in ${source} cannot be used: ${why}. Nobody signs in here until IT has mended them.`,
    { cause },
  );
}
