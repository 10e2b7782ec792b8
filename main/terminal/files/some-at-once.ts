/**
 * Does `one` with each, some at once; the first that fails stops the others, and is thrown when all have ended.
 * @param one is told by the signal that another has failed: it needs not go on
 */
export async function someAtOnce<T>(
  all: Iterable<T>,
  atOnce: number,
  one: (item: T, failed: AbortSignal) => Promise<void>,
): Promise<void> {
  const left = all[Symbol.iterator]();
  const failed = new AbortController();
  const work = async (): Promise<void> => {
    for (let next = left.next(); !next.done && !failed.signal.aborted; next = left.next()) {
      // The reason stays that of the first.
      await one(next.value, failed.signal).catch((error: unknown) => failed.abort(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  failed.signal.throwIfAborted();
}
