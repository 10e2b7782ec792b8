// npm run package:backend: the backend's packages. `npm run package` makes the first two of them as well.

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../../../package.json';
import { runAsCommand } from '../../command.ts';
import { readSources } from '../sources.ts';
import { type BackendArtefact, type BackendTarget, packageBackend, TARGETS, usualTargets } from './index.ts';

const HELP = `npm run package:backend -- [options]

  --targets npm,deb,oci   only these (default, on Linux: npm and, for x64, deb); oci needs mmdebstrap and a Debian mirror
  --out DIR               where to put them (default: dist)
  --level 1…9             1 presses nothing together and is for tests
  --json                  the last line is one JSON object`;

await runAsCommand(import.meta, async () => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({ options: { targets: text, out: text, level: text, json: flag, help: flag } });
  if (values.help) return console.log(HELP);
  const artefacts = await packageBackend({
    ...{ version, epoch: readSources().epoch, into: resolve(values.out ?? 'dist') },
    targets: values.targets === undefined ? usualTargets() : values.targets.split(',').map(targetNamed),
    compression: values.level === '1' ? 'quick' : 'small',
  });
  printBackend(artefacts);
  if (values.json) console.log(JSON.stringify({ version, artefacts }));
});

function targetNamed(name: string): BackendTarget {
  const found = TARGETS.find((known) => known === name.trim());
  if (found) return found;
  throw new Error(`There is no target "${name}"; there are ${TARGETS.join(', ')}.`);
}

export function printBackend(artefacts: readonly BackendArtefact[]): void {
  for (const { name, bytes, sha256 } of artefacts)
    console.log(`${name.padEnd(42)}${`${(bytes / 1e6).toFixed(1)} MB`.padStart(10)}  ${sha256}`);
}
