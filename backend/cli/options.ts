import { parseArgs } from 'node:util';
import { nearest } from './nearest.ts';
import { WrongUsage } from './wrong-usage.ts';

/** `text`: an option with a value; `list`: one that may be said several times; `flag`: one that is said or not. */
export type OptionKind = 'text' | 'list' | 'flag';
export type Options<K extends Record<string, OptionKind>> = {
  [N in keyof K]: K[N] extends 'flag' ? boolean : K[N] extends 'list' ? string[] : string | undefined;
};

/**
 * Reads the options of a command.
 * @param most how many words without a hyphen it takes
 * @throws WrongUsage that names the option, and for a misspelt one the nearest
 */
export function readOptions<K extends Record<string, OptionKind>>(
  words: readonly string[],
  kinds: K,
  most = 0,
): { options: Options<K>; rest: string[] } {
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      Object.entries(kinds).map(([name, kind]) => [name, { type: kind === 'flag' ? 'boolean' : 'string' }]),
    ),
    // What Node says of a wrong word is several sentences; ours is one.
    strict: false,
    tokens: true,
  });
  const empty = (kind: OptionKind) => (kind === 'flag' ? false : kind === 'list' ? [] : undefined);
  const options: Record<string, boolean | string | string[] | undefined> = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, empty(kind)]),
  );
  const rest: string[] = [];
  const said = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      rest.push(token.value);
      continue;
    }
    const { name, rawName, value } = token;
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) throw new WrongUsage(`There is no option ${rawName}${suggestion(name, kinds)}`);
    if (said.has(name) && kind !== 'list') throw new WrongUsage(`${rawName} is said twice.`);
    said.add(name);
    if (kind === 'flag') {
      if (value !== undefined) throw new WrongUsage(`${rawName} takes no value.`);
      options[name] = true;
    } else {
      // The next option's name is no value: one was forgotten.
      if (value === undefined || (!token.inlineValue && value.startsWith('-') && value !== '-'))
        throw new WrongUsage(`${rawName} needs a value.`);
      if (kind === 'list') (options[name] as string[]).push(value);
      else options[name] = value;
    }
  }
  const [tooMuch] = rest.slice(most);
  if (tooMuch !== undefined) throw new WrongUsage(`The word "${tooMuch}" is not understood here.`);
  return { options: options as Options<K>, rest };
}

function suggestion(name: string, kinds: Record<string, OptionKind>): string {
  const near = nearest(name, Object.keys(kinds));
  return near === undefined ? '.' : `; did you mean --${near}?`;
}

/** A TCP port. @param least 0 where a free one may be asked for. @throws WrongUsage */
export function portOf(name: string, text: string, least: 0 | 1 = 1): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= least && port <= 65_535)) throw new WrongUsage(`${name} must be a port number, ${least} to 65535.`);
  return port;
}
