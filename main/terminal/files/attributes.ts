import type { Attributes } from 'ssh2';

export type Kind = 'file' | 'folder' | 'link' | 'other';

/** What kind of thing an entry is, by its mode (POSIX file types). */
export function kindOf({ mode }: Pick<Attributes, 'mode'>): Kind {
  switch (mode & 0o170_000) {
    case 0o100_000:
      return 'file';
    case 0o040_000:
      return 'folder';
    case 0o120_000:
      return 'link';
    default:
      return 'other';
  }
}

/** Bytes, as the target announces them: a hostile one says nothing, or more than a number holds. */
export function sizeOf({ size }: Pick<Attributes, 'size'>): number {
  const said = Number(size ?? 0);
  if (!(said > 0)) return 0;
  return Math.min(Math.floor(said), Number.MAX_SAFE_INTEGER);
}

/** The nine bits of who may do what, with set-uid, set-gid and sticky; null when the target does not say. */
export function permissionsOf({ mode }: Pick<Attributes, 'mode'>): number | null {
  return Number.isInteger(mode) ? mode & 0o7777 : null;
}
