// The whole product on this machine: the backend in demo mode and the desktop app, until Ctrl-C or until either ends.
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { abandoned } from './abandoned.ts';
import { buildAll } from './build.ts';
import { messageOf, runAsCommand } from './command.ts';
import { type DemoBackend, startDemoBackend } from './demo-backend.ts';
import { startDisplay } from './display.ts';
import { electronRuntime } from './electron-runtime.ts';
import { ROOT } from './folders.ts';
import { startMessageBus } from './message-bus.ts';
import { type Program, startProgram } from './processes.ts';
import { ensureSystemLibraries } from './system-libraries.ts';

const say = (line: string) => console.error(line);

/** More would hide each other. */
const MOST_APPS = 4;

interface Options {
  data: string;
  /** How many apps to start, each as on a computer of its own: who asks cannot approve. */
  apps: number;
  backendArguments: string[];
}

function options(): Options {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      apps: { type: 'string', default: '1' },
      port: { type: 'string' },
      'gateway-port': { type: 'string' },
    },
  });
  const apps = Number(values.apps);
  if (!Number.isInteger(apps) || apps < 1 || apps > MOST_APPS) {
    throw new Error(`--apps takes a whole number from 1 to ${MOST_APPS}, not "${values.apps}".`);
  }
  const share = process.env.XDG_DATA_HOME || join(homedir(), '.local/share');
  const ports = (['port', 'gateway-port'] as const).flatMap((name) => {
    const port = values[name];
    return port === undefined ? [] : [`--${name}`, port];
  });
  return { data: resolve(values.data ?? join(share, 'sallyport-demo')), apps, backendArguments: ports };
}

/** What runs, each with the way to end it. Ended in reverse order, once, whoever asks for it and however often. */
class Parts {
  readonly #ends: (() => Promise<void>)[] = [];
  readonly #starting = new Set<Promise<unknown>>();
  #ending: Promise<void> | undefined;

  /** Waits until a part runs. Rejects if everything was ended meanwhile: then that part has been ended as well. */
  async add<T>(start: Promise<T>, end: (part: T) => Promise<void>): Promise<T> {
    const started = start.then((part) => {
      this.#ends.push(() => end(part));
      return part;
    });
    this.#starting.add(started);
    const part = await started.finally(() => this.#starting.delete(started));
    if (this.#ending) throw new Error('Everything is being stopped.');
    return part;
  }

  end(): Promise<void> {
    this.#ending ??= (async () => {
      await Promise.allSettled(this.#starting);
      for (let end = this.#ends.pop(); end; end = this.#ends.pop()) await end();
    })();
    return this.#ending;
  }
}

async function start(): Promise<void> {
  const chosen = options();
  const headless = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  ensureSystemLibraries(['desktop', 'sshd', ...(headless ? (['display'] as const) : [])], say);
  const { executable } = await electronRuntime(say);
  await buildAll(say);

  const parts = new Parts();
  const asked = stopAsked();
  try {
    const why = await Promise.race([asked, runUntilAPartEnds(parts, { ...chosen, headless, executable })]);
    say(`\n${why ? `${why} ` : ''}Stopping everything.`);
  } finally {
    await parts.end();
  }
  say('Stopped.');
}

interface Setup extends Options {
  headless: boolean;
  executable: string;
}

/** Resolves with the sentence that says which part has ended by itself, as it may; rejects when one fails. */
async function runUntilAPartEnds(parts: Parts, setup: Setup): Promise<string> {
  const { data, executable } = setup;
  const env = await surroundings(parts, setup.headless);
  const backendFolder = join(data, 'backend');
  await mkdir(backendFolder, { recursive: true, mode: 0o700 });
  const backend = await parts.add(startDemoBackend(backendFolder, setup.backendArguments), (part) => part.stop());
  const profiles = Array.from({ length: setup.apps }, (_, i) => join(data, i === 0 ? 'app' : `app-${i + 1}`));
  const apps: Program[] = [];
  for (const profile of profiles) {
    const args = [...sandbox(), `--user-data-dir=${profile}`, ROOT, `--backend=${backend.address}`];
    apps.push(await parts.add(Promise.resolve(startProgram(executable, args, { env })), (part) => part.stop()));
  }
  if (isRoot()) {
    say(
      "Running as root: Chromium cannot sandbox its pages, so the app starts with --no-sandbox. Don't work like this.",
    );
  }
  tellHowToUse(backend, data, profiles);
  return Promise.race([...apps.map(appEnded), backendEnded(backend)]);
}

/** The environment of the app, with a display and a session bus where there are none. */
async function surroundings(parts: Parts, headless: boolean): Promise<NodeJS.ProcessEnv> {
  const env = { ...process.env };
  if (process.platform !== 'linux') return env;
  if (headless) {
    const display = await parts.add(startDisplay(), (part) => part.dispose());
    env.DISPLAY = display.name;
    say(`There is no display here: the app draws on ${display.name} of a virtual one (Xvfb).`);
  }
  if (!env.DBUS_SESSION_BUS_ADDRESS) {
    const bus = await parts.add(startMessageBus(), (part) => part.dispose());
    env.DBUS_SESSION_BUS_ADDRESS = bus.address;
    say('There is no session bus here: the app gets one of its own, without a tray or notifications on it.');
  }
  return env;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function sandbox(): string[] {
  return isRoot() ? ['--no-sandbox'] : [];
}

async function appEnded(app: Program): Promise<string> {
  const how = await app.ended;
  if (how === 'exit status 0') return 'The app was quit.';
  throw new Error(`The app ended (${how}). It said:\n${app.tail().trim() || 'nothing'}`);
}

async function backendEnded({ program, data }: DemoBackend): Promise<string> {
  const how = await program.ended;
  throw new Error(`The backend ended (${how}). See ${join(data, 'backend.log')}\n${program.tail().trim()}`);
}

function stopAsked(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(''));
    void abandoned().then(() => resolve('Whoever started this has gone.'));
  });
}

function tellHowToUse({ address, gateway, people }: DemoBackend, data: string, profiles: readonly string[]): void {
  const width = Math.max(...people.map(({ name }) => name.length)) + 2;
  const lines = people.map(({ name, does }) => name.padEnd(width) + does);
  say(
    [
      '\nSallyport runs. Press "Sign in with your browser" in its window and choose who to be:\n',
      ...lines.map((line) => `    ${line}`),
      '',
      `  Backend  ${address}`,
      `  Gateway  ${gateway.host}:${gateway.port}`,
      `  Data     ${data}   (delete it to start afresh)`,
      `  Logs     ${[join(data, 'backend/backend.log'), ...profiles.map((profile) => join(profile, 'logs'))].join(', ')}`,
      ...(profiles.length === 1 ? ['\nTo ask and to approve you need two people: npm start -- --apps 2'] : []),
      '\nCtrl-C stops everything.',
    ].join('\n'),
  );
}

await runAsCommand(import.meta, async () => {
  await start().catch((error: unknown) => {
    throw new Error(`Sallyport cannot run: ${messageOf(error)}`, { cause: error });
  });
});
