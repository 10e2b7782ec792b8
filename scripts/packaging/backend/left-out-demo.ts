import { AppError } from '../../../protocol/errors.ts';

/** Takes the place of the demo in packages: an identity provider where anybody can be anybody has no place in them. */
export async function runDemo(): Promise<never> {
  throw new AppError(
    'unavailable',
    'The demo is not part of this package: it lets anybody be anybody. It runs from the source: npm run demo.',
  );
}
