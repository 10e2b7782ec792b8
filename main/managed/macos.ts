import { userInfo } from 'node:os';
import { readGuardedFile } from './guarded-file.ts';
import { jsonDocument } from './json-document.ts';
import { LAYERS, policyOf } from './policy.ts';
import type { PolicySource, Reading } from './policy-source.ts';
import { readingOf } from './reading.ts';
import { type RunSystemProgram, runSystemProgram } from './system-program.ts';
import { Unusable, unusable } from './unusable.ts';
import { watchFile } from './watch-file.ts';

const FOLDER = '/Library/Managed Preferences';
const NAME = 'dev.sallyport.app.plist';
const PLUTIL = '/usr/bin/plutil';

interface MacosOptions {
  /** The computer's file, then the person's. */
  files?: readonly [computer: string, person: string];
  /** Those that have to be root's: all above the file, but in tests. */
  folders?: readonly string[];
  run?: RunSystemProgram;
}

/** macOS: what a configuration profile says for dev.sallyport.app, for the computer and for this account. */
export function macosPolicy({
  files = filesOf(userInfo().username),
  folders,
  run = runSystemProgram,
}: MacosOptions = {}): PolicySource {
  return {
    read: () => readMacosPolicy({ files, run, ...(folders && { folders }) }),
    watch(onChange) {
      const stops = files.map((file) => watchFile(file, onChange));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

function filesOf(account: string): [string, string] {
  return [`${FOLDER}/${NAME}`, `${FOLDER}/${account}/${NAME}`];
}

/** At once where there is no file, for that costs nothing; a child process otherwise. */
function readMacosPolicy(
  options: Required<Pick<MacosOptions, 'files' | 'run'>> & MacosOptions,
): Reading | Promise<Reading> {
  const found: { file: string; bytes: Buffer }[] = [];
  for (const file of options.files) {
    try {
      const bytes = readGuardedFile(file, options.folders && { folders: options.folders });
      if (bytes) found.push({ file, bytes });
    } catch (cause) {
      return { state: 'unusable', source: file, problem: unusable(file, cause) };
    }
  }
  if (found.length === 0) return { state: 'absent' };
  return readPlists(found, options.run);
}

async function readPlists(found: readonly { file: string; bytes: Buffer }[], run: RunSystemProgram): Promise<Reading> {
  const documents: Record<string, unknown>[] = [];
  for (const { file, bytes } of found) {
    try {
      const document = await plistDocument(bytes, run);
      policyOf(document);
      documents.push(document as Record<string, unknown>);
    } catch (cause) {
      return { state: 'unusable', source: file, problem: unusable(file, cause) };
    }
  }
  // Once more: two that are good may contradict each other.
  return readingOf(found.map(({ file }) => file).join(' and '), () => merged(documents));
}

/** What was looked at is what is read: plutil gets the bytes, and never the name of the file. */
async function plistDocument(bytes: Buffer, run: RunSystemProgram): Promise<unknown> {
  const { code, stdout } = await run(PLUTIL, ['-convert', 'json', '-o', '-', '--', '-'], { input: bytes });
  if (code !== 0) throw new Unusable('it is not a property list of texts, numbers, lists and dictionaries');
  return jsonDocument(stdout);
}

/** The computer's word before the account's, name by name. @param documents valid ones, the computer's first */
function merged(documents: readonly Record<string, unknown>[]): unknown {
  const layers = LAYERS.map((layer) => [layer, Object.assign({}, ...documents.map((one) => one[layer]).reverse())]);
  return { ...Object.assign({}, ...documents), ...Object.fromEntries(layers) };
}
