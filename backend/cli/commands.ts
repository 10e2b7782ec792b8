import { RELEASE_USAGE } from '../updates/release-command.ts';

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
  init: {
    summary: 'Set up a backend: asks on a terminal what the options do not say',
    usage: [
      'init [OPTION]…',
      '',
      '    --org-name NAME             the organisation, as people read it',
      '    --public-url URL            where people and their browsers reach it: https://…',
      '    --http-host ADDRESS         where it listens for HTTP [127.0.0.1]',
      '    --http-port N               [8022]',
      '    --trust-proxy ADDRESS       a TLS proxy in front of it; may be said several times; "none" [127.0.0.1]',
      '    --gateway-host NAME         where apps reach the gateway [the host of --public-url]',
      '    --gateway-port N            [2222]',
      '    --issuer URL                the OpenID provider',
      '    --client-id ID              [sallyport]',
      '    --client-secret-file FILE   its secret; left out: a line on standard input',
      '    --groups-claim NAME         [groups]',
      '    --database embedded         [embedded]',
      '    --database-url-file FILE    holds the address of a PostgreSQL of your own',
      '    --data DIR                  [/var/lib/sallyport]',
      '    --config FILE               [/etc/sallyport/backend.yaml]',
      '    --passphrase-file FILE      seals the keys, in place of a key file',
      '    --policy FILE               a policy that is there already',
      '    --yes                       asks nothing',
      '    --offline                   goes on though a server cannot be reached or a port is taken',
      '    --force                     replaces a configuration and keeps the old one; keys, policy and database stay',
    ],
    load: async () => (await import('./init.ts')).runInit,
  },
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
  release: {
    summary: 'Sign updates of the app, and publish them',
    usage: RELEASE_USAGE,
    load: async () => (await import('../updates/release-command.ts')).runRelease,
  },
  demo: {
    summary: 'Run a backend with made-up people on this computer, to try things out',
    usage: ['demo --data DIR [--host ADDRESS] [--port N] [--gateway-port N]'],
    load: async () => (await import('./demo.ts')).runDemo,
  },
};

/** Where the configuration is when no `--config` says otherwise. */
export const DEFAULT_CONFIG = '/etc/sallyport/backend.yaml';
