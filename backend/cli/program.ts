import { AppError } from '../../protocol/errors.ts';
import manifest from '../package.json' with { type: 'json' };
import { COMMANDS, type Command } from './commands.ts';
import { nearest } from './nearest.ts';
import { WrongUsage } from './wrong-usage.ts';

/** Exit statuses: a failure, and a command line that is not understood. */
const FAILED = 1;
const WRONG_USAGE = 2;

/** Runs the program `sallyport`. Never throws: what went wrong is one sentence on stderr, and the exit status. */
export async function runProgram(words: readonly string[]): Promise<void> {
  try {
    await dispatch(words);
  } catch (error) {
    // A sentence for what we foresaw, everything for what we did not.
    const foreseen = error instanceof AppError || error instanceof WrongUsage;
    console.error(foreseen ? error.message : error);
    process.exitCode = error instanceof WrongUsage ? WRONG_USAGE : FAILED;
  }
}

async function dispatch([name, ...words]: readonly string[]): Promise<void> {
  if (name === undefined) throw new WrongUsage('Say what to do; `sallyport help` lists the commands.');
  if (name === '--version') console.log(`sallyport ${manifest.version}`);
  else if (name === 'help' || name === '--help' || name === '-h') console.log(help(words[0]));
  else {
    const command = commandNamed(name);
    if (asksForHelp(words)) console.log(help(name));
    else await (await command.load())(words);
  }
}

function commandNamed(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command;
  const near = nearest(name, [...Object.keys(COMMANDS), 'help']);
  const more = near === undefined ? '`sallyport help` lists them.' : `did you mean "${near}"?`;
  throw new WrongUsage(`There is no command "${name}"; ${more}`);
}

/** What follows `--` is no option. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end === -1 ? words : words.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

function help(name: string | undefined): string {
  if (name === undefined) {
    const names = Object.keys(COMMANDS);
    const width = Math.max(...names.map((word) => word.length));
    return [
      `sallyport ${manifest.version} – the organisation's side of Sallyport`,
      '',
      ...names.map((word) => `  ${word.padEnd(width)}  ${COMMANDS[word]?.summary}`),
      '',
      '`sallyport help COMMAND` says how one is called.',
    ].join('\n');
  }
  const { summary, usage } = commandNamed(name);
  return [
    `${summary}.`,
    '',
    ...usage.map((line) => (line === '' || line.startsWith(' ') ? line : `  sallyport ${line}`)),
  ].join('\n');
}
