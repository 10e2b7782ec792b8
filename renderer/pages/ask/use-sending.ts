import type { Failure } from '../../../protocol/errors.ts';
import { useAct } from '../../store/act.ts';
import type { Ask } from './draft.ts';
import type { Asking } from './drafts.ts';

interface Sending {
  busy: boolean;
  failure: Failure | null;
  forget(): void;
  /** True when it was taken. */
  run(ask: Ask, openTerminal: boolean): Promise<boolean>;
}

/** Sends a form as what it is: one request, several at once, or the change of one. */
export function useSending({ target, others, amends }: Asking): Sending {
  const create = useAct('requests.create');
  const createBatch = useAct('requests.createBatch');
  const change = useAct('requests.amend');
  const used = amends !== undefined ? change : others !== undefined ? createBatch : create;
  return {
    busy: used.busy,
    failure: used.failure,
    forget: used.forget,
    run: async (ask, openTerminal) => {
      if (amends !== undefined) return (await change.run({ id: amends, ask })).ok;
      if (others === undefined) return (await create.run({ ask: { target, ...ask }, openTerminal })).ok;
      const { role: _each, ...common } = ask;
      return (await createBatch.run({ ask: { targets: [target, ...others], ...common }, openTerminal })).ok;
    },
  };
}
