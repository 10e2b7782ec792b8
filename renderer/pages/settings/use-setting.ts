import type { Failure } from '../../../protocol/errors.ts';
import type { CommandInput } from '../../../protocol/ipc/commands.ts';
import type { Settings } from '../../../protocol/ipc/settings.ts';
import { useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';

/** What is changed by a command of its own is not changed here. */
type Changeable = Exclude<keyof Settings, 'backendAddress' | 'sshConfig'>;

interface Setting<T> {
  value: T;
  /** Sent at once; whether main took it. */
  set(value: T): Promise<boolean>;
  /** The organisation has set it. */
  managed: boolean;
  busy: boolean;
  failure: Failure | null;
}

/** One setting as its row uses it; what went wrong stays beside it. */
export function useSetting<K extends Changeable>(name: K): Setting<Settings[K]> {
  const value = useSnapshot((s) => s.settings[name]);
  const managed = useManaged(name);
  const { run, busy, failure } = useAct('settings.change');
  return {
    value,
    managed,
    busy,
    failure,
    set: async (next) => (await run({ [name]: next } as CommandInput<'settings.change'>)).ok,
  };
}

/** Whether the organisation has set it, so that nobody changes it here. */
export function useManaged(name: keyof Settings): boolean {
  return useSnapshot((s) => s.managed.enforced.some((enforced) => enforced === name));
}
