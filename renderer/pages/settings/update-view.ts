import type { Snapshot, Update } from '../../../protocol/ipc/snapshot.ts';
import { ago } from '../../words/moments.ts';
import { words as all } from './words.ts';

const words = all.updates;

/** What is drawn of how it stands with newer versions. */
export interface UpdateView {
  /** Read aloud when it changes. */
  line: string;
  /** What fits now: one button, or none. */
  button: { text: string; does: 'check' | 'install'; strong: boolean } | null;
  /** Something is under way that the button waits for. */
  busy: boolean;
  notes: { version: string; text: string } | null;
  percent: number | null;
  problem: { message: string } | null;
}

const CHECK = { text: words.check, does: 'check', strong: false } as const;
const NOTHING: Omit<UpdateView, 'line'> = { button: null, busy: false, notes: null, percent: null, problem: null };

/** @param now this computer's clock, epoch ms */
export function viewOf(update: Update, { version }: Pick<Snapshot, 'version'>, now: number): UpdateView {
  switch (update.state) {
    case 'off':
      return { ...NOTHING, line: update.why };
    case 'current':
      return {
        ...NOTHING,
        line: update.checkedAt === null ? words.never : words.current(ago(update.checkedAt, now)),
        button: CHECK,
      };
    case 'checking':
      return { ...NOTHING, line: words.checking, button: CHECK, busy: true };
    case 'available':
      return {
        ...NOTHING,
        line: words.available(update.version),
        button: update.installable ? { text: words.install, does: 'install', strong: true } : CHECK,
        notes: notesOf(update),
      };
    case 'downloading':
      return { ...NOTHING, line: words.downloading(update.version), percent: update.percent };
    case 'ready':
      return {
        ...NOTHING,
        line: words.ready(update.version),
        button: { text: words.restart, does: 'install', strong: true },
        notes: notesOf(update),
      };
    case 'failed':
      return {
        ...NOTHING,
        line: `${words.failed(update.version)} ${words.goesOn(version)}`,
        button: { ...CHECK, text: words.again },
        problem: update.problem,
      };
    default:
      return update satisfies never;
  }
}

function notesOf({ version, notes }: { version: string; notes: string }): UpdateView['notes'] {
  return notes.trim() === '' ? null : { version, text: notes.trim() };
}

/** The command that a sentence ends with, to be copied: "… installs it: sudo dnf upgrade sallyport". Pure. */
export function splitCommand(sentence: string): { says: string; command: string | null } {
  const [, says, command] = /^(.*?:)\s+(sudo\s.+)$/s.exec(sentence) ?? [];
  return says === undefined || command === undefined ? { says: sentence, command: null } : { says, command };
}
