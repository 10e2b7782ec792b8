import { copyFileSync, readFileSync } from 'node:fs';
import { type Settings, settingsSchema } from '../protocol/ipc/settings.ts';
import { replaceFile } from './replace-file.ts';

/** What was found in a settings file. `problem` is a sentence when something of it could not be used. */
export interface ReadSettings {
  /** What the person has chosen; the rest is the organisation's word, or ours. */
  chosen: Partial<Settings>;
  problem: string | null;
}

/**
 * Makes sure that `file`, if it is there, holds valid settings, before anything else opens it. Each field that can be
 * used is kept, each other one counts as not chosen; what was there is kept beside it as `<file>.bad-<time>`.
 */
export function mendSettingsFile(file: string, now: () => number = Date.now): ReadSettings {
  const { chosen, wrong, problem } = read(file);
  if (wrong.length === 0) return { chosen, problem };
  const backup = `${file}.bad-${now()}`;
  copyFileSync(file, backup);
  replaceFile(file, JSON.stringify(chosen, null, 2));
  return { chosen, problem: `Settings not valid, defaults used for ${wrong.join(', ')}; the old file is ${backup}.` };
}

/**
 * What of a settings file can be used now; it is left as it is. Never throws: whoever spoils the file while the app runs
 * must not keep what the organisation enforces from being followed.
 */
export function chosenIn(file: string): Partial<Settings> {
  return read(file).chosen;
}

function read(file: string): ReadSettings & { wrong: string[] } {
  try {
    return { ...usable(readFileSync(file, 'utf8')), problem: null };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = isMissing ? null : 'The settings file cannot be read; the defaults are used.';
    return { chosen: {}, wrong: [], problem };
  }
}

/** The settings in a text, field by field, and the names of those that are not valid there. */
function usable(text: string): { chosen: Partial<Settings>; wrong: string[] } {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return { chosen: {}, wrong: ['the whole file (it is not JSON)'] };
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    return { chosen: {}, wrong: ['the whole file (it is not a JSON object)'] };
  }
  const wrong = Object.keys(found).filter((name) => !(name in settingsSchema.shape));
  const chosen: Partial<Settings> = {};
  for (const [name, schema] of Object.entries(settingsSchema.shape)) {
    if (!Object.hasOwn(found, name)) continue;
    const parsed = schema.safeParse((found as Record<string, unknown>)[name]);
    if (parsed.success) Object.assign(chosen, { [name]: parsed.data });
    else wrong.push(name);
  }
  return { chosen, wrong };
}
