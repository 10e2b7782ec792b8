import { useState } from 'react';
import type { Failure, Result } from '../../protocol/errors.ts';
import type { Destination } from '../../protocol/ipc/bridge.ts';
import { send } from '../bridge.ts';
import { diagnosticsWords } from '../words/diagnostics.ts';
import type { PaletteCommand } from './command.ts';
import { remember } from './recent.ts';

/** What differs between the windows that have a palette. */
export interface Place {
  show(destination: Destination): void;
}

interface Perform {
  perform(command: PaletteCommand): Promise<void>;
  busy: boolean;
  /** Why it did not work; the palette stays to say so. */
  failure: Failure | null;
  /** What was done where nothing else shows it. */
  said: string | null;
}

/** Does what was chosen, and closes the palette when there is nothing more to say. */
export function usePerform(place: Place, close: () => void): Perform {
  const [state, setState] = useState<Omit<Perform, 'perform'>>({ busy: false, failure: null, said: null });
  return {
    ...state,
    perform: async ({ id, act }) => {
      remember(id);
      if (act.kind !== 'send') {
        close();
        if (act.kind === 'show') place.show(act.destination);
        else act.run();
        return;
      }
      setState({ busy: true, failure: null, said: null });
      const result: Result<unknown> = await send(act.name, act.input as never);
      const said = result.ok && act.name === 'diagnostics.copy' ? diagnosticsWords.copied(linesOf(result.value)) : null;
      setState({ busy: false, failure: result.ok ? null : result.error, said });
      if (result.ok && said === null) close();
    },
  };
}

function linesOf(value: unknown): number {
  return (value as { lines: number }).lines;
}
