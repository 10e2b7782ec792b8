/** Does what a command says. Throws WrongUsage, or AppError with a sentence; `process.exitCode` says the rest. */
export type Run = (words: readonly string[]) => Promise<void>;

export interface Command {
  /** For the list of commands. */
  readonly summary: string;
  /** How it is called, a line for each way. */
  readonly usage: readonly string[];
  /** Loaded only when it is called: an organisation's backend never holds the demo's code in memory. */
  load(): Promise<Run>;
}

/** Every command, in the order of `sallyport help`. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  doctor: {
    summary: 'Check everything the backend needs, and change nothing',
    usage: ['doctor [--config FILE] [--json] [--no-targets]'],
    load: async () => (await import('./doctor.ts')).runDoctor,
  },
  serve: {
    summary: 'Run the backend',
    usage: ['serve [--config FILE]'],
    load: async () => (await import('./serve.ts')).runServe,
  },
  policy: {
    summary: 'Check a policy file before it is put in place',
    usage: ['policy check FILE'],
    load: async () => (await import('./policy.ts')).runPolicy,
  },
  demo: {
    summary: 'Run a backend with made-up people on this computer, to try things out',
    usage: ['demo --data DIR [--host ADDRESS] [--port N] [--gateway-port N]'],
    load: async () => (await import('./demo.ts')).runDemo,
  },
};

/** Where the configuration is when no `--config` says otherwise. */
export const DEFAULT_CONFIG = '/etc/sallyport/backend.yaml';
