/** A part of a file, both ends included; all of it; or one that is not there. */
export type ByteRange = { from: number; to: number } | 'whole' | 'unsatisfiable';

/**
 * What a Range header asks for (RFC 9110, section 14.2). What is malformed, in other units or in several parts is passed
 * over, as the RFC allows: then the whole file is the answer.
 */
export function byteRange(header: string | undefined, size: number): ByteRange {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return 'whole';
  if (first === '')
    return Number(last) === 0 ? 'unsatisfiable' : { from: Math.max(0, size - Number(last)), to: size - 1 };
  const [from, to] = [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)];
  if (last !== '' && Number(last) < from) return 'whole';
  return from >= size ? 'unsatisfiable' : { from, to };
}

/** Whether an If-None-Match header names an entity tag; weak ones count (RFC 9110, 13.1.2). */
export function isNamedIn(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((word) => word.trim() === '*' || word.trim().replace(/^W\//, '') === etag);
}
