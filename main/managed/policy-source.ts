import type { AppError } from '../../protocol/errors.ts';
import type { Policy } from './policy.ts';

/** What was found where IT puts its settings. */
export type Reading =
  | { readonly state: 'absent' }
  | { readonly state: 'read'; readonly source: string; readonly policy: Policy }
  /** It is there, and nothing of it is used. `problem` is a sentence for the person and for IT. */
  | { readonly state: 'unusable'; readonly source: string; readonly problem: AppError };

/** Where IT puts its settings on this kind of computer. */
export interface PolicySource {
  /** At once where that costs nothing, for it is on the way to a started app. Never throws. */
  read(): Reading | Promise<Reading>;
  /** Calls `onChange` when it may say something else now. Returns the function that stops it. */
  watch(onChange: () => void): () => void;
}

/** A computer that nobody manages. */
export const NO_POLICY: PolicySource = { read: () => ({ state: 'absent' }), watch: () => () => undefined };
