import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Writes one line of what the app did, for IT. Never a secret: see `redact`. */
export interface Log {
  info(message: string, details?: Record<string, unknown>): void;
  warn(message: string, error?: unknown): void;
}

const LARGEST_BYTES = 1024 * 1024;
const SECRET_NAME = /token|secret|password|authorization|verifier|code$|private|cookie/i;
const SECRET_TEXT: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[private key]'],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]'],
  [/([?&](?:code|state|token|code_challenge|access_token|refresh_token)=)[^&\s"]+/gi, '$1[redacted]'],
];

/** Takes out of a text what looks like a key, a token or a one-time code. */
export function redact(text: string): string {
  return SECRET_TEXT.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), text);
}

/** JSON of details, without the values of fields whose names speak of secrets. */
export function redactedJson(details: unknown): string {
  const clean = JSON.stringify(details, (name, value: unknown) => (SECRET_NAME.test(name) ? '[redacted]' : value));
  return redact(clean ?? '');
}

function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `; because: ${words(error.cause)}`;
  return `${error.name}: ${error.message}${cause}`;
}

/** A log file in `folder`; at 1 MB it becomes `.1`, and the one before that is dropped. @param echo also print it */
export function fileLog(folder: string, echo: boolean, now: () => number = Date.now): Log {
  const file = logFile(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const write = (level: string, text: string): void => {
    const line = `${new Date(now()).toISOString()} ${level} ${oneLine(redact(text))}\n`;
    if (echo) process.stderr.write(line);
    try {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_BYTES) renameSync(file, `${file}.1`);
      appendFileSync(file, line, { mode: 0o600 });
    } catch {
      // A full disk must not stop somebody's access; there is nowhere left to say it.
    }
  };
  return {
    info: (message, details) => write('info', details ? `${message} ${redactedJson(details)}` : message),
    warn: (message, error) => write('warn', error === undefined ? message : `${message} (${words(error)})`),
  };
}

/** What others wrote must neither begin a line of its own nor steer the terminal in which somebody reads the log. */
export function oneLine(text: string): string {
  return text
    .replaceAll('\n', '\\n')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`);
}

function logFile(folder: string): string {
  return join(folder, 'sallyport.log');
}

/** The last lines of the log in `folder`, the oldest first. */
export function lastLines(folder: string, count: number): string[] {
  const lines: string[] = [];
  for (const file of [logFile(folder), `${logFile(folder)}.1`]) {
    if (lines.length >= count) break;
    try {
      lines.unshift(
        ...readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line !== ''),
      );
    } catch {
      // No such file yet.
    }
  }
  return lines.slice(-count);
}
