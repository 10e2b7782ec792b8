/** Does `one` with each, some at once; the first that fails stops the others from beginning, and is thrown. */
export async function someAtOnce<T>(all: Iterable<T>, atOnce: number, one: (item: T) => Promise<void>): Promise<void> {
  const left = all[Symbol.iterator]();
  let failed = false;
  const work = async (): Promise<void> => {
    for (let next = left.next(); !next.done && !failed; next = left.next()) {
      try {
        await one(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: atOnce }, work));
  const problem = workers.find((worker) => worker.status === 'rejected');
  if (problem) throw problem.reason;
}
