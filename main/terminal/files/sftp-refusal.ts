import { AppError } from '../../../protocol/errors.ts';

/** draft-ietf-secsh-filexfer-02 section 7. */
export const STATUS = { endOfFile: 1, noSuchFile: 2, permissionDenied: 3, failure: 4, unsupported: 8 } as const;

export function statusOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? (error.code as number) : undefined;
}

/** What the target refused, in a sentence. @param what the name that was asked about */
export function refusal(cause: Error, what: string): AppError {
  const shown = JSON.stringify(what).slice(1, -1);
  switch (statusOf(cause)) {
    case STATUS.noSuchFile:
      return new AppError('not-found', `On the target there is no ${shown}.`, { cause });
    case STATUS.permissionDenied:
      return new AppError('not-allowed', `The login has no permission for ${shown}.`, { cause });
    case STATUS.failure:
    case STATUS.unsupported:
      return new AppError('target-unreachable', `The target could not do it with ${shown}.`, { cause });
    default:
      return new AppError('connection-refused', 'The connection for files was lost. Try again.', { cause });
  }
}

/** Whether it was refused for this one file alone: others may still go. */
export function isOfOneFile(error: unknown): error is AppError {
  return error instanceof AppError && (error.code === 'not-found' || error.code === 'not-allowed');
}

/** Whether the target has answered, and refused: nothing was done. */
export function isAnswer(error: unknown): boolean {
  return isOfOneFile(error) || (error instanceof AppError && error.code === 'target-unreachable');
}
