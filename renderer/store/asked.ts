import { useEffect, useState } from 'react';
import type { Result } from '../../protocol/errors.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../protocol/ipc/commands.ts';
import { send } from '../bridge.ts';

/** Commands that only look, and need not be told at what. */
type Look = Extract<CommandName, 'about.show' | 'about.licences' | 'native.list'>;

/** What main answers, asked when the part is drawn; null while it looks. And the way to have it look again. */
export function useAsked<K extends Look>(name: K): [Result<CommandOutput<K>> | null, () => void] {
  const [answer, setAnswer] = useState<Result<CommandOutput<K>> | null>(null);
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` is what asks again
  useEffect(() => {
    let wanted = true;
    setAnswer(null);
    void send(name, {} as CommandInput<K>).then((given) => {
      if (wanted) setAnswer(given);
    });
    return () => {
      wanted = false;
    };
  }, [name, asked]);
  return [answer, () => setAsked((n) => n + 1)];
}
