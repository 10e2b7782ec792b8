import pino, { type Logger } from 'pino';

/** Fields that may hold a secret, wherever they stand one or two levels deep. */
const SECRET = [
  'authorization',
  'cookie',
  'accessToken',
  'refreshToken',
  'codeVerifier',
  'clientSecret',
  'token',
  'password',
];

/** JSON lines to a file of mode 0600, or to stderr. */
export function openLog(file: string | undefined, level = 'info'): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    file === undefined ? pino.destination(2) : pino.destination({ dest: file, mode: 0o600, sync: true }),
  );
}
