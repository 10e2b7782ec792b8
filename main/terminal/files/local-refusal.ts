import { AppError } from '../../../protocol/errors.ts';

/** Whether it is this computer's disk that refused, and not the target or our own word. */
function isOfTheDisk(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && !(error instanceof AppError) && 'syscall' in error;
}

/** Why something could not be written here, in a sentence; what is not of the disk stays as it is. */
export function notWritten(cause: unknown): unknown {
  if (!isOfTheDisk(cause)) return cause;
  const options = { cause };
  switch (cause.code) {
    case 'ENOSPC':
      return new AppError('wrong-state', 'The disk of this computer is full. Nothing of it was kept.', options);
    case 'EDQUOT':
      return new AppError(
        'wrong-state',
        'You may not use more of this computer’s disk. Nothing of it was kept.',
        options,
      );
    case 'EFBIG':
      return new AppError('wrong-state', 'The disk of this computer takes no files that large.', options);
    case 'EACCES':
    case 'EPERM':
      return new AppError('not-allowed', 'You may not write into this folder. Choose another one.', options);
    case 'EROFS':
      return new AppError('not-allowed', 'This folder can only be read. Choose another one.', options);
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError('not-found', 'The folder to save in is gone. Choose another one.', options);
    case 'ENAMETOOLONG':
      return new AppError('wrong-state', 'The folders are too deep for this computer. Choose another place.', options);
    default:
      return new AppError('wrong-state', 'The file cannot be written here. Try another folder.', options);
  }
}

/** Why something could not be read here, in two words: it is left out of a folder, or not sent at all. */
export function notRead(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException | undefined)?.code) {
    case 'EACCES':
    case 'EPERM':
      return 'no permission';
    case 'ENOENT':
      return 'gone';
    case 'ELOOP':
      return 'a link';
    default:
      return 'not readable';
  }
}
