import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../folders.ts';
import { CONFIG, readConfig } from './configuration.ts';
import type { PackagedElectron } from './electron-choice.ts';
import type { Arch, Platform } from './formats.ts';
import { SYSTEM_FORMATS, systemTree } from './system-tree.ts';

const FLAGS: Record<Platform, string> = { linux: '--linux', darwin: '--mac', win32: '--win' };
const CLI = join(ROOT, 'node_modules/electron-builder/cli.js');

export interface BuilderRun {
  platform: Platform;
  arches: readonly Arch[];
  /** Names of formats; none makes only the unpacked folder. */
  formats: readonly string[];
  /** The staged app: see app-archive.ts. */
  app: string;
  /** Files that go beside the archive. */
  resources: string;
  /** Where it puts what it makes. */
  output: string;
  work: string;
  electron: PackagedElectron;
  /** An unpacked app to take as it is. */
  prepackaged?: string;
  level?: number;
  /** Fail where the system signs programs and there is no certificate. */
  signed?: boolean;
  epoch: number;
}

/** Runs electron-builder once for a platform. @throws with the end of what it said */
export async function runBuilder(run: BuilderRun): Promise<void> {
  const config = join(run.work, 'electron-builder.json');
  await writeFile(config, JSON.stringify(await configOf(run), null, 2));
  const formats = run.formats.length === 0 ? ['dir'] : run.formats;
  const args = [FLAGS[run.platform], ...formats, ...run.arches.map((arch) => `--${arch}`)];
  const ready = run.prepackaged === undefined ? [] : ['--prepackaged', run.prepackaged];
  await electronBuilder([...args, '--config', config, '--projectDir', ROOT, '--publish', 'never', ...ready], {
    SOURCE_DATE_EPOCH: String(run.epoch),
    ...(run.level === undefined ? {} : { ELECTRON_BUILDER_COMPRESSION_LEVEL: String(run.level) }),
    // Only the system's own tools: what is tested here is what users get.
    ...(run.platform === 'linux' ? { CUSTOM_FPM_PATH: join(import.meta.dirname, 'fpm/fpm') } : {}),
  });
}

/** electron-builder.yml and what is known only now. Of a list both name, electron-builder takes the one here. */
async function configOf({ work, app, resources, output, electron, platform, formats, signed }: BuilderRun) {
  const base = await readConfig();
  const systemFormats = SYSTEM_FORMATS.filter((format) => platform === 'linux' && formats.includes(format));
  const trees = systemFormats.map(async (format) => {
    const tree = await systemTree(work, format);
    return [format, { fpm: [...(base[format]?.fpm ?? []), `${tree}/=/`] }] as const;
  });
  return {
    extends: CONFIG,
    directories: { app, output },
    electronVersion: electron.version,
    ...(electron.dist === undefined ? {} : { electronDist: electron.dist }),
    ...(signed ? { forceCodeSigning: true } : {}),
    extraResources: [{ from: resources, to: '.' }],
    ...Object.fromEntries(await Promise.all(trees)),
  };
}

async function electronBuilder(args: readonly string[], env: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env, NO_UPDATE_NOTIFIER: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`electron-builder failed:\n${said.trim().split('\n').slice(-30).join('\n')}`);
}
