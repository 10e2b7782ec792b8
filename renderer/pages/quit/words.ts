import { inARow } from '../../words/approvals.ts';

/** How many targets are named before "and 3 more". */
const NAMED = 4;

/** The targets in a row, the first few by name. */
export function places(targets: readonly string[]): string {
  if (targets.length <= NAMED + 1) return inARow(targets);
  return inARow([...targets.slice(0, NAMED), `${targets.length - NAMED} more`]);
}

/** @param verb what is about to be done @param noun the same as something that is done */
const wordsFor = (verb: string, noun: string, after: string, stay: string) => ({
  title: `${verb} Sallyport?`,
  cuts: (sessions: number, targets: readonly string[]) =>
    sessions === 1
      ? `1 session is open on ${places(targets)}. ${noun} cuts it.`
      : `${sessions} sessions are open on ${places(targets)}. ${noun} cuts them.`,
  nothingOpen: 'No session is open.',
  releaseAndQuit: `${verb} and release access`,
  released: 'Nobody can use it from then on, you neither.',
  quit: verb,
  kept: (until: string) => `Access stays until ${until}; connect again after ${after}.`,
  endsToo: 'This access ends with its session.',
  stay,
});

/** What is said before the app goes. */
export const quitWords = wordsFor('Quit', 'Quitting', 'a restart', 'Stay');
/** What is said before it goes and starts again. */
export const restartWords = wordsFor('Restart', 'Restarting', 'the restart', 'Not now');
