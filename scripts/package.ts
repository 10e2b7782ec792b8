// npm run package: the app's installers, as many as this machine can make.

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runAsCommand } from './command.ts';
import { readUpdateKeys } from './packaging/app-archive.ts';
import { printBackend } from './packaging/backend/command.ts';
import { type BackendArtefact, packageBackend, usualTargets } from './packaging/backend/index.ts';
import { type Packaged, packageApp } from './packaging/package-app.ts';
import { readSources } from './packaging/sources.ts';
import { ensureSystemLibraries } from './system-libraries.ts';

const HELP = `npm run package -- [options]

  --targets deb,rpm,…    only these formats
  --arch x64,arm64       for these processors (default: this machine's; macOS: universal)
  --out DIR              where to put them (default: dist)
  --level 1…9            how hard to compress; 1 is quick and for tests
  --app-version X.Y.Z    what the app says its version is (default: package.json's)
  --update-keys FILE     who may sign updates (default: resources/update-keys.json)
  --no-updates           it takes no updates from a backend: only formats that package managers update
  --release              refuse what is not for users: another Electron, no signature, no update keys, modified sources
  --json                 the last line is one JSON object`;

await runAsCommand(import.meta, async () => {
  const { values } = parseArgs({
    options: {
      ...{ targets: { type: 'string' }, arch: { type: 'string' }, out: { type: 'string' }, level: { type: 'string' } },
      ...{ 'app-version': { type: 'string' }, 'update-keys': { type: 'string' } },
      ...{
        'no-updates': { type: 'boolean' },
        release: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    },
  });
  if (values.help) return console.log(HELP);
  const level = values.level === undefined ? undefined : Number(values.level);
  if (level !== undefined && !/^[1-9]$/.test(values.level ?? '')) throw new Error('--level is from 1 to 9.');
  const arches = list(values.arch)?.map(archNamed);
  try {
    ensureSystemLibraries(['packaging']);
  } catch (error) {
    // What cannot be made without them is named in the table.
    console.error((error as Error).message);
  }
  const packaged = await packageApp({
    out: values.out ?? 'dist',
    release: values.release ?? false,
    noUpdates: values['no-updates'] ?? false,
    ...(values.targets === undefined ? {} : { formats: list(values.targets) ?? [] }),
    ...(arches === undefined ? {} : { arches }),
    ...(level === undefined ? {} : { level }),
    ...(values['app-version'] === undefined ? {} : { version: values['app-version'] }),
    ...(values['update-keys'] === undefined ? {} : { updateKeys: await readUpdateKeys(values['update-keys']) }),
  });
  print(packaged);
  const backend = values.targets === undefined ? await packageBackendToo(packaged, values.out ?? 'dist', level) : [];
  printBackend(backend);
  const { unpacked: _, ...result } = packaged;
  if (values.json) console.log(JSON.stringify({ ...result, backend }));
});

/** The backend of the same version and commit. */
async function packageBackendToo({ version }: Packaged, out: string, level?: number): Promise<BackendArtefact[]> {
  const targets = usualTargets();
  // The runners for Windows and macOS make the app's packages alone.
  if (targets.length === 0) return [];
  const compression = level === 1 ? 'quick' : 'small';
  const { epoch } = readSources();
  return packageBackend({ version, epoch, into: resolve(out), targets, compression });
}

function list(text: string | undefined): string[] | undefined {
  return text?.split(',').map((item) => item.trim());
}

function archNamed(name: string) {
  if (name === 'x64' || name === 'arm64' || name === 'universal') return name;
  throw new Error(`There is no processor "${name}" here; there are x64, arm64 and, for macOS, universal.`);
}

function print({ version, commit, electron, artefacts, notBuilt }: Packaged): void {
  const marks = electron.official ? '' : ' (for testing, not for users)';
  console.log(`\nSallyport ${version}, commit ${commit}, Electron ${electron.version}${marks}\n`);
  for (const { name, bytes, sha256 } of artefacts) {
    console.log(`${name.padEnd(42)}${`${(bytes / 1e6).toFixed(1)} MB`.padStart(10)}  ${sha256}`);
  }
  if (notBuilt.length > 0) console.log('\nNot made here:');
  for (const { format, why } of notBuilt) console.log(`${format.padEnd(10)} ${why}`);
}
