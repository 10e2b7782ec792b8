import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import type { Policy } from '../../protocol/model/policy.ts';
import type { Clock } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import type { Database } from '../storage/database.ts';
import { publish } from '../storage/transaction.ts';
import { parsePolicy } from './parse.ts';
import { watchFile } from './watch-file.ts';

/** An editor writes a file in several steps; they count as one change. Milliseconds. */
const SETTLE_MS = 150;
/** After a failure of ours (database away), how long until the next try. Milliseconds. */
const RETRY_MS = 1_000;

export interface PolicySource {
  /** The policy in force. Ask at each use; never keep it. */
  current(): Policy;
  /** Reads the file again; with an error in it the policy in force stays. Resolves to the error's sentence, if any. */
  reload(): Promise<string | undefined>;
  dispose(): void;
}

/**
 * Loads the policy file and follows its changes.
 * @throws AppError 'policy-invalid' at start, when the file cannot be read or has an error (the refusal is audited)
 */
export async function openPolicy(options: {
  path: string;
  database: Database;
  clock: Clock;
  onRefused: (sentence: string) => void;
}): Promise<PolicySource> {
  const { path, database, clock } = options;
  let { text, policy } = await load(path, undefined);
  let busy: Promise<string | undefined> = Promise.resolve(undefined);

  async function load(from: string, inForce: string | undefined): Promise<{ text: string; policy: Policy }> {
    try {
      const read = await readPolicyFile(from);
      if (read === inForce) return { text, policy };
      const parsed = parsePolicy(read, basename(from));
      await database.inTransaction(async (tx) => {
        const at = clock.now();
        const message = `The policy was loaded: ${parsed.targets.length} targets, ${parsed.roles.length} roles.`;
        appendAudit(tx, { at, kind: 'policy.loaded', actor: 'backend', message, details: { path: from } });
        publish(tx, { kind: 'access-changed', at }, 'everybody');
      });
      return { text: read, policy: parsed };
    } catch (error) {
      if (error instanceof AppError) {
        const { code, message, field } = error;
        await database.inTransaction(async (tx) => {
          const details = { path: from, field: field ?? '' };
          appendAudit(tx, { at: clock.now(), kind: 'policy.refused', actor: 'backend', code, message, details });
        });
      }
      throw error;
    }
  }

  async function reloadNow(): Promise<string | undefined> {
    try {
      ({ text, policy } = await load(path, text));
      return undefined;
    } catch (error) {
      if (!(error instanceof AppError)) readSoon(RETRY_MS);
      const sentence = error instanceof Error ? error.message : String(error);
      options.onRefused(`${sentence} The policy in force stays as it was.`);
      return sentence;
    }
  }

  const reload = (): Promise<string | undefined> => {
    busy = busy.then(reloadNow);
    return busy;
  };
  let settling: NodeJS.Timeout | undefined;
  let over = false;
  const readSoon = (ms: number): void => {
    clearTimeout(settling);
    if (!over) settling = setTimeout(reload, ms);
  };
  const unwatch = watchFile(path, () => readSoon(SETTLE_MS));
  return {
    current: () => policy,
    reload,
    dispose() {
      over = true;
      clearTimeout(settling);
      unwatch();
    },
  };
}

/** @throws AppError 'policy-invalid' when it cannot be read */
export async function readPolicyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is not there' : (cause as Error).message;
    throw new AppError('policy-invalid', `The policy file ${path} cannot be read: ${why}.`, { cause });
  }
}
