import { execFileSync } from 'node:child_process';
import { ROOT } from '../folders.ts';

/** The commit that is packaged. */
export interface Sources {
  /** 40 hexadecimal digits, with "-modified" behind it when files differ from it; "unknown" outside of a clone. */
  commit: string;
  /** When it was made, seconds since 1970: what all that is packaged says it was changed at. */
  epoch: number;
}

/** SOURCE_DATE_EPOCH, where it is set, is believed. */
export function readSources(env: NodeJS.ProcessEnv = process.env): Sources {
  const given = env.SOURCE_DATE_EPOCH;
  const commit = git('rev-parse', 'HEAD');
  if (commit === undefined) return { commit: 'unknown', epoch: Number(given ?? 0) };
  const modified = git('status', '--porcelain', '--untracked-files=no') !== '';
  return {
    commit: modified ? `${commit}-modified` : commit,
    epoch: Number(given ?? git('log', '-1', '--format=%ct') ?? 0),
  };
}

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
