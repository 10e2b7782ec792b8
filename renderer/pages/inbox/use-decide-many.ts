import { create } from 'zustand';
import type { Failure } from '../../../protocol/errors.ts';
import type { CommandInput } from '../../../protocol/ipc/commands.ts';
import { useAct } from '../../store/act.ts';

interface DecideMany {
  busy: boolean;
  /** What kept all of them from being decided. */
  failure: Failure | null;
  /** True when each of them was taken. */
  run(decisions: CommandInput<'requests.decideMany'>['decisions']): Promise<boolean>;
  forget(): void;
}

/** What kept a request from being decided with others, by its id: said wherever it is drawn, until it is tried again. */
const problems = create<{ byId: ReadonlyMap<string, Failure> }>(() => ({ byId: new Map() }));

/** What kept a request from being decided with others; null when nothing did. */
export function useProblem(id: string): Failure | null {
  return problems((s) => s.byId.get(id)) ?? null;
}

function note(ids: readonly string[], found: readonly { id: string; problem: Failure }[]): void {
  problems.setState(({ byId }) => ({
    byId: new Map([
      ...[...byId].filter(([id]) => !ids.includes(id)),
      ...found.map(({ id, problem }) => [id, problem] as const),
    ]),
  }));
}

/** Decides several in one go; each stands or fails by itself. */
export function useDecideMany(): DecideMany {
  const decide = useAct('requests.decideMany');
  return {
    busy: decide.busy,
    failure: decide.failure,
    run: async (decisions) => {
      const result = await decide.run({ decisions });
      const found = result.ok ? result.value.problems : [];
      note(
        decisions.map(({ id }) => id),
        found,
      );
      return result.ok && found.length === 0;
    },
    forget: decide.forget,
  };
}
