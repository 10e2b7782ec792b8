import { AppError } from '../../protocol/errors.ts';

const COMMENT = '# Sallyport: lets ssh use live access. Switch it off in the settings of Sallyport.';
const COMMENT_OF_A_NEW_FILE = '# Sallyport made this file, to let ssh use live access. Switch it off in its settings.';
/** ssh_config takes these for patterns, variables or the end of a word; ssh itself differs in how they are escaped. */
const UNFIT = /["*?[\]{}$%\\\p{Cc}]/u;

/** The line that has ssh read a file of ours. @throws AppError 'unavailable' for a path that ssh_config can't hold */
export function includeLine(path: string): string {
  // A backslash escapes in newer clients and not in older ones, and Windows does without.
  const portable = process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
  if (UNFIT.test(portable)) {
    const shown = JSON.stringify(path);
    throw new AppError(
      'unavailable',
      `ssh cannot include ${shown}: the name of that folder has a character with a meaning in ssh_config.`,
    );
  }
  return `Include "${portable}"`;
}

/**
 * A configuration with our line at its top, above all that could make it conditional. The same bytes when it is in
 * force already, wherever the person has put it. Bytes are kept as they are: `config` is read as latin1.
 */
export function withInclude(config: string, path: string, isNew = false): string {
  if (hasInclude(config, path)) return config;
  const rest = withoutInclude(config, path).config;
  const end = /\r?\n/.exec(config)?.[0] ?? '\n';
  return `${isNew ? COMMENT_OF_A_NEW_FILE : COMMENT}${end}${bytes(includeLine(path))}${end}${rest}`;
}

/** Whether our line is there, before the first Host or Match, after which it would count for some hosts only. */
export function hasInclude(config: string, path: string): boolean {
  const wanted = bytes(includeLine(path));
  for (const line of config.split(/\r?\n/)) {
    if (line.trim() === wanted) return true;
    if (/^\s*(host|match)[\s=]/i.test(line)) return false;
  }
  return false;
}

/**
 * Takes out our line, and the comment above it if it is still ours; nothing else changes.
 * @returns also whether the file was made for it, and so is of no more use when it is empty
 */
export function withoutInclude(config: string, path: string): { config: string; madeForIt: boolean } {
  const wanted = bytes(includeLine(path));
  // Each with its own line end.
  const lines = config.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const kept: string[] = [];
  let madeForIt = false;
  for (const line of lines) {
    if (line.trim() !== wanted) {
      kept.push(line);
      continue;
    }
    const above = kept.at(-1)?.trim();
    if (above !== COMMENT && above !== COMMENT_OF_A_NEW_FILE) continue;
    madeForIt ||= above === COMMENT_OF_A_NEW_FILE;
    kept.pop();
  }
  return { config: kept.join(''), madeForIt };
}

function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
