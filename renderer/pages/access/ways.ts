import type { Managed } from '../../../protocol/ipc/managed.ts';

/** What live access may be opened in here: whatever the organisation has left. @param terminals null: all */
export function waysIn(terminals: Managed['terminals']): { builtIn: boolean; native: boolean } {
  return {
    builtIn: terminals === null || terminals.includes('built-in'),
    native: terminals === null || terminals.some((id) => id !== 'built-in'),
  };
}
