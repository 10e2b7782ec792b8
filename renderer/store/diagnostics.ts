import { useState } from 'react';
import type { Failure } from '../../protocol/errors.ts';
import { useAct } from './act.ts';

interface Diagnostics {
  copy(): Promise<void>;
  busy: boolean;
  failure: Failure | null;
  /** How many lines are on the clipboard now; null before. */
  lines: number | null;
}

/** Puts what IT wants to see on the clipboard. */
export function useDiagnostics(): Diagnostics {
  const { run, busy, failure } = useAct('diagnostics.copy');
  const [lines, setLines] = useState<number | null>(null);
  return {
    busy,
    failure,
    lines,
    copy: async () => {
      setLines(null);
      const result = await run({});
      if (result.ok) setLines(result.value.lines);
    },
  };
}
