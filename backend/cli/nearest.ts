/** The known word that a misspelt one is most like, if any is near enough to be what was meant. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: { name: string; steps: number } | undefined;
  for (const name of known) {
    const steps = editsBetween(word.toLowerCase(), name);
    if (steps < (best?.steps ?? Number.POSITIVE_INFINITY)) best = { name, steps };
  }
  // More than a third of the letters wrong is another word, and a guess would mislead.
  return best && best.steps <= Math.max(2, Math.floor(best.name.length / 3)) ? best.name : undefined;
}

/** How many letters must be put in, taken out, changed or swapped with their neighbour. */
function editsBetween(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const now = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const at = (line: number[], index: number): number => line[index] ?? Number.POSITIVE_INFINITY;
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      now.push(
        Math.min(
          at(last, column) + 1,
          at(now, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = now;
  }
  return last[to.length] ?? 0;
}
