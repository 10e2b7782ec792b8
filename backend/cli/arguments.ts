import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../../protocol/errors.ts';

export const USAGE = `Usage:
  sallyport-backend --config FILE
  sallyport-backend --demo --data DIR [--host ADDRESS] [--port N] [--gateway-port N]`;

export type Arguments =
  | { mode: 'help' }
  | { mode: 'config'; file: string }
  | { mode: 'demo'; folder: string; host: string; port: number | undefined; gatewayPort: number | undefined };

/** @throws AppError 'invalid-input' with what is wrong and how it is called */
export function parseArguments(words: readonly string[]): Arguments {
  const { values } = parse(words);
  if (values.help) return { mode: 'help' };
  if (values.demo) {
    if (values.config !== undefined) throw wrong('Choose one of --demo and --config.');
    if (values.data === undefined) throw wrong('--demo needs --data DIR, the folder to keep its things in.');
    return {
      mode: 'demo',
      folder: resolve(values.data),
      host: values.host ?? '127.0.0.1',
      port: portOf('--port', values.port),
      gatewayPort: portOf('--gateway-port', values['gateway-port']),
    };
  }
  if (values.config === undefined) throw wrong('Say --config FILE, or --demo --data DIR.');
  const only = (['data', 'host', 'port', 'gateway-port'] as const).find((name) => values[name] !== undefined);
  if (only) throw wrong(`--${only} is for --demo; the configuration file says it otherwise.`);
  return { mode: 'config', file: resolve(values.config) };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        help: { type: 'boolean' },
        demo: { type: 'boolean' },
        config: { type: 'string' },
        data: { type: 'string' },
        host: { type: 'string' },
        port: { type: 'string' },
        'gateway-port': { type: 'string' },
      },
    });
  } catch (error) {
    throw wrong(`${(error as Error).message}.`);
  }
}

/** 0 asks for any free one; left out is undefined. */
function portOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw wrong(`${name} must be a port number, 0 to 65535.`);
  return port;
}

function wrong(sentence: string): AppError {
  return new AppError('invalid-input', `${sentence}\n${USAGE}`);
}
