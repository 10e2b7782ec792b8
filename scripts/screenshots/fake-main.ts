import type { Result } from '../../protocol/errors.ts';
import type { CommandName, CommandOutput } from '../../protocol/ipc/commands.ts';
import type { Snapshot } from '../../protocol/ipc/snapshot.ts';

/** What the commands of a scene answer; those not named here answer with nothing, and 'never' keeps the page waiting. */
export type Answers = { [K in CommandName]?: Result<CommandOutput<K>> | 'never' };

/** What the page's own script needs: everything is plain data, for it crosses into the page. */
export interface Play {
  snapshot: Snapshot;
  answers: Answers;
  /** What the target of each terminal has written, by the terminal's id. */
  output: Readonly<Record<string, string>>;
}

/** Runs in the page before its own scripts, in place of preload and main. */
export function playMain({ snapshot, answers, output }: Play): void {
  let now = snapshot;
  const listeners = new Set<(next: Snapshot) => void>();
  const travellers = new Set<(destination: unknown) => void>();
  const sent: [string, unknown][] = [];
  // As preload hands a terminal's port over; after the answer, so that the page waits for it.
  const attach = (id: string): void => {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage({ kind: 'data', bytes: new TextEncoder().encode(output[id] ?? '$ ') });
    setTimeout(() => window.postMessage({ channel: 'terminal-port', id }, window.location.origin, [port2]), 0);
  };
  const answer = async (name: string, input: unknown): Promise<unknown> => {
    sent.push([name, input]);
    if (name === 'snapshot.show') return { ok: true, value: now };
    if (name === 'drafts.show') return { ok: true, value: { asks: {}, decisions: {} } };
    if (name === 'settings.change' && !(name in answers)) {
      now = { ...now, revision: now.revision + 1, settings: { ...now.settings, ...(input as object) } };
      for (const listener of listeners) listener(now);
      return { ok: true, value: now.settings };
    }
    if (name === 'terminal.attach') attach((input as { id: string }).id);
    const given = (answers as Record<string, unknown>)[name];
    if (given === 'never') return new Promise(() => undefined);
    return given ?? { ok: true, value: {} };
  };
  const commands = new Proxy({}, { get: (_target, name) => (input: unknown) => answer(String(name), input) });
  const follow =
    <T>(all: Set<T>) =>
    (one: T) => {
      all.add(one);
      return () => all.delete(one);
    };
  Object.assign(window, {
    sallyport: { commands, onSnapshot: follow(listeners), onNavigate: follow(travellers) },
    playSent: sent,
    playNavigate: (destination: unknown) => {
      for (const traveller of travellers) traveller(destination);
    },
    playSnapshot: (next: Partial<Snapshot>) => {
      now = { ...now, ...next, revision: now.revision + 1 };
      for (const listener of listeners) listener(now);
    },
  });
}
