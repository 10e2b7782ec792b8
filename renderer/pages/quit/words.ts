import { inARow } from '../../words/approvals.ts';

/** How many targets are named before "and 3 more". */
const NAMED = 4;

/** The targets in a row, the first few by name. */
export function places(targets: readonly string[]): string {
  if (targets.length <= NAMED + 1) return inARow(targets);
  return inARow([...targets.slice(0, NAMED), `${targets.length - NAMED} more`]);
}

/** What is said before the app goes. */
export const words = {
  title: 'Quit Sallyport?',
  cuts: (sessions: number, targets: readonly string[]) =>
    sessions === 1
      ? `1 session is open on ${places(targets)}. Quitting cuts it.`
      : `${sessions} sessions are open on ${places(targets)}. Quitting cuts them.`,
  nothingOpen: 'No session is open.',
  releaseAndQuit: 'Quit and release access',
  released: 'Nobody can use it from then on, you neither.',
  quit: 'Quit',
  kept: (until: string) => `Access stays until ${until}; connect again after a restart.`,
  endsToo: 'This access ends with its session.',
  stay: 'Stay',
} as const;
