/** How often progress is told, at most, ms. */
export const TELL_MS = 250;

/** Sums bytes up and tells the sum at most once in `TELL_MS`; `end` tells nothing more. */
export function progress(tell: (bytes: number) => void, now: () => number = () => performance.now()) {
  let bytes = 0;
  let toldAt = now();
  return {
    add(more: number): void {
      bytes += more;
      if (now() - toldAt < TELL_MS) return;
      toldAt = now();
      tell(bytes);
    },
    get bytes(): number {
      return bytes;
    },
  };
}
