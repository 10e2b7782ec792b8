const LARGER = ['kB', 'MB', 'GB', 'TB', 'PB'];

/**
 * "812 B", "1.4 MB", "23 GB": two digits that matter, powers of a thousand. Pure.
 * @param smallest the word for bytes: short in a list, whole in a sentence
 */
export function sizeWords(bytes: number, smallest: 'B' | 'bytes' = 'B'): string {
  const units = [smallest, ...LARGER];
  let unit = 0;
  let size = bytes;
  // What would be drawn as 1000 is one of the next unit.
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 9.95 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
