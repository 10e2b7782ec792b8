import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { answer } from '../../../main/commands.ts';
import { handlersOf } from '../../../main/handlers.ts';
import { policyOf } from '../../../main/managed/policy.ts';
import type { Reading } from '../../../main/managed/policy-source.ts';
import { unusable } from '../../../main/managed/unusable.ts';
import { buildServices, type Services } from '../../../main/services.ts';
import type { Result } from '../../../protocol/errors.ts';
import type { CommandName } from '../../../protocol/ipc/commands.ts';
import type { Settings } from '../../../protocol/ipc/settings.ts';
import { systemClock } from '../../../protocol/time.ts';
import { erin } from '../examples.ts';

export const OURS = 'https://ours.example.com';
export const THEIRS = 'https://theirs.example.com';
export const SOURCE = '/etc/sallyport/policy.json';

/** What was found there. @param document 'broken' is there and cannot be used */
export function readingOf(document: object | 'absent' | 'broken'): Reading {
  if (document === 'absent') return { state: 'absent' };
  if (document === 'broken') return { state: 'unusable', source: SOURCE, problem: unusable(SOURCE, new Error('x')) };
  return { state: 'read', source: SOURCE, policy: policyOf(document) };
}

interface Given {
  policy?: object | 'absent' | 'broken';
  chosen?: Partial<Settings>;
  /** From the command line. */
  backend?: string;
  /** Somebody was signed in here, at this backend, when the app was last quit. */
  kept?: string;
}

/** The app's services on a computer that IT manages, without a network: backends say their names, and nothing else. */
export class ManagedComputer {
  readonly services: Services;
  readonly home: string;
  readonly log: string[] = [];
  readonly opened: string[] = [];
  readonly calls: string[] = [];
  readonly applySettings = vi.fn();
  /** Happens while a backend is asked. */
  onCall: () => void = () => undefined;
  chosen: Partial<Settings>;
  /** How often the keychain was asked. */
  unsealed = 0;
  /** What the file says that IT writes. */
  #reading: Reading | Promise<Reading>;
  #tell: () => void = () => undefined;
  readonly #signInFile: string;

  constructor({ policy = 'absent', chosen = {}, backend, kept }: Given, reading?: Promise<Reading>) {
    this.home = mkdtempSync(join(tmpdir(), 'sallyport-managed-'));
    const folder = join(this.home, 'data');
    mkdirSync(folder);
    this.chosen = chosen;
    this.#reading = reading ?? readingOf(policy);
    this.#signInFile = join(folder, 'sign-in.sealed');
    if (kept !== undefined) {
      writeFileSync(this.#signInFile, JSON.stringify({ backend: kept, refreshToken: 'kept', person: erin }));
    }
    this.services = buildServices({
      clock: systemClock,
      log: {
        info: (message, details) => void this.log.push(`${message} ${JSON.stringify(details ?? {})}`),
        warn: (message, error) => void this.log.push(`${message} ${error instanceof Error ? error.message : ''}`),
      },
      settings: {
        chosen: () => this.chosen,
        change: (fields) => {
          this.chosen = { ...this.chosen, ...(fields as Partial<Settings>) };
        },
      },
      policy: {
        read: () => this.#reading,
        watch: (onChange) => {
          this.#tell = onChange;
          return () => undefined;
        },
      },
      applySettings: this.applySettings,
      backend,
      fetch: async (url) => {
        this.calls.push(url);
        this.onCall();
        const { origin, pathname } = new URL(url);
        if (pathname !== '/api/v1/org') throw new TypeError('no network');
        return Response.json({ name: origin, version: '1' });
      },
      openBrowser: async (url) => void this.opened.push(new URL(url).origin),
      keychain: {
        available: async () => true,
        seal: async (text) => Buffer.from(text),
        unseal: async (sealed) => {
          this.unsealed += 1;
          return sealed.toString();
        },
      },
      signInFile: this.#signInFile,
      folder,
      sshConfigFile: join(this.home, '.ssh', 'config'),
      showTerminal: () => undefined,
      closeTerminalWindow: () => undefined,
      askFilesToSend: async () => [],
      askFolderToSaveIn: async () => null,
      confirmSending: async () => false,
      nativeScripts: '/nowhere',
      program: { version: '1.0.0', isPackaged: false, executable: process.execPath, resourcesPath: '/nowhere' },
      updateKeys: '/nowhere',
      tell: () => undefined,
      restart: () => undefined,
    });
  }

  get state() {
    return this.services.store.state;
  }

  /** IT writes something else there, and the app notices. */
  say(document: object | 'absent' | 'broken'): void {
    this.#reading = readingOf(document);
    this.#tell();
  }

  /** As a window sends it. */
  command(name: CommandName, input: object): Promise<Result<unknown>> {
    const handlers = handlersOf({ ...this.services } as never);
    return answer(handlers, name, input, { sendPort: () => undefined as never }, () => undefined);
  }

  /** The person's own ssh configuration. */
  get sshConfig(): string {
    const file = join(this.home, '.ssh', 'config');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  get keptSignIn(): boolean {
    return existsSync(this.#signInFile);
  }

  dispose(): void {
    this.services.dispose();
    rmSync(this.home, { recursive: true, force: true });
  }
}
