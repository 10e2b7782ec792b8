import { useCallback, useEffect, useRef, useState } from 'react';
import type { Failure, Result } from '../../protocol/errors.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../protocol/ipc/commands.ts';
import { send } from '../bridge.ts';

export interface Act<K extends CommandName> {
  run(input: CommandInput<K>): Promise<Result<CommandOutput<K>>>;
  busy: boolean;
  failure: Failure | null;
  forget(): void;
}

/** One command as a page uses it: run it once at a time, show that it runs, keep what went wrong beside the button. */
export function useAct<K extends CommandName>(name: K): Act<K> {
  const [state, setState] = useState<{ busy: boolean; failure: Failure | null }>({ busy: false, failure: null });
  const drawn = useRef(true);
  useEffect(() => {
    drawn.current = true;
    return () => {
      drawn.current = false;
    };
  }, []);
  const run = useCallback(
    async (input: CommandInput<K>) => {
      setState({ busy: true, failure: null });
      const result = await send(name, input);
      if (drawn.current) setState({ busy: false, failure: result.ok ? null : result.error });
      return result;
    },
    [name],
  );
  const forget = useCallback(() => setState({ busy: false, failure: null }), []);
  return { run, busy: state.busy, failure: state.failure, forget };
}
