// npm run -s bench -- [--only app|gateway|backend|packages] [--quick] [--json]
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../scripts/command.ts';
import type { Bench, BenchLine } from './bench.ts';

const NAMES = ['app', 'gateway', 'backend', 'packages'].filter((name) =>
  existsSync(join(import.meta.dirname, `${name}.ts`)),
);

const { values } = parseArgs({
  options: { only: { type: 'string' }, quick: { type: 'boolean' }, json: { type: 'boolean' } },
});
const quick = values.quick ?? false;
const names = values.only === undefined ? NAMES : [values.only];

const COLUMNS = [10, 36, 14, 10, 14, 14, 6] as const;
const row = (...cells: string[]): string => cells.map((cell, i) => cell.padEnd(COLUMNS[i] ?? 0)).join('');
const number = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 4 });

function print(line: BenchLine): void {
  if (values.json) {
    console.log(JSON.stringify(line));
    return;
  }
  const { bench = '', metric, value, unit, ours, baseline, runs } = line;
  console.log(row(bench, metric, number(value), unit, number(ours), number(baseline), String(runs)));
}

if (!values.json) console.log(row('bench', 'metric', 'value', 'unit', 'ours', 'baseline', 'runs'));
for (const name of names) {
  try {
    if (!NAMES.includes(name)) throw new Error(`there is no such bench; there are ${NAMES.join(', ')}.`);
    // Loaded only when it runs: one that cannot be loaded does not take the others down with it.
    const { bench } = (await import(`./${name}.ts`)) as { bench: Bench };
    await bench.run({ quick }, (line) => print({ bench: bench.name, ...line }));
  } catch (error) {
    console.error(`The bench "${name}" cannot run: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
