import { spawn } from 'node:child_process';
import type { Log } from '../log.ts';
import type { PolicySource } from '../managed/policy-source.ts';
import { handOver, type Outcome, type Started } from './hand-over.ts';
import { whyForbidden } from './hand-over-policy.ts';
import { installationOf } from './installation.ts';
import { type Program, surroundingsOf } from './program.ts';

/** Of one AppImage; those of the newer one are set by itself. */
const OF_APP_IMAGE = ['APPIMAGE', 'APPDIR', 'ARGV0', 'OWD'];

interface HandOverStart {
  dataFolder: string;
  program: Program;
  log: Log;
  /** Where IT says what holds on this computer. */
  policy: () => PolicySource;
  /** File with the keys that came with the app. */
  keysFile: string;
  /** Gives up being the one app that runs. */
  letGo: () => void;
}

/** `handOver` for the program that runs. */
export async function handOverFrom(options: HandOverStart): Promise<Outcome> {
  const { dataFolder, program, log, letGo } = options;
  const around = surroundingsOf(program);
  return handOver({
    ...{ dataFolder, log, runningVersion: program.version, program: around.program },
    installation: installationOf(around),
    whyForbidden: (waiting) => whyForbidden(waiting, options.policy(), options.keysFile),
    start: (newer) => {
      letGo();
      return startNewer(newer, process.argv.slice(1), process.env);
    },
  });
}

function startNewer(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Started {
  const cleaned = Object.fromEntries(Object.entries(env).filter(([name]) => !OF_APP_IMAGE.includes(name)));
  // A group of its own: it outlives this version, or is ended with all that it has started.
  const child = spawn(program, [...args], { env: cleaned, detached: true, stdio: 'ignore' });
  child.unref();
  return {
    failed: new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => code === 0 || resolve(`it ended with ${signal ?? code}`));
    }),
    kill: () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-child.pid, 'SIGKILL');
    },
  };
}
