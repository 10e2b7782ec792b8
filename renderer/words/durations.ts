import { durationInWords } from '../../protocol/time.ts';

/** The shortest time that can be asked for, seconds. */
export const SHORTEST_SECONDS = 30;

const COMMON_SECONDS = [300, 900, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 24 * 3600, 3 * 24 * 3600];
const SHORT_SECONDS = [30, 60, 120];

const UNIT_SECONDS = new Map<string, number>([
  ...['d', 'day', 'days'].map((word) => [word, 86_400] as const),
  ...['h', 'hr', 'hrs', 'hour', 'hours'].map((word) => [word, 3600] as const),
  ...['m', 'min', 'mins', 'minute', 'minutes'].map((word) => [word, 60] as const),
  ...['s', 'sec', 'secs', 'second', 'seconds'].map((word) => [word, 1] as const),
]);
const PIECE = /^(\d{1,6})([a-z]+)/;

/** Reads what a person types: "30s", "45m", "1h30m", "1 h 30 min", "90" (minutes). Null when it is no length of time. */
export function parseDuration(text: string): number | null {
  let rest = text.toLowerCase().replace(/\s+/g, '');
  if (rest === '') return null;
  if (/^\d{1,6}$/.test(rest)) return Number(rest) * 60;
  let seconds = 0;
  let lastUnit = Number.POSITIVE_INFINITY;
  while (rest !== '') {
    const piece = PIECE.exec(rest);
    const unit = UNIT_SECONDS.get(piece?.[2] ?? '');
    if (!piece || unit === undefined || unit >= lastUnit) return null;
    seconds += Number(piece[1]) * unit;
    lastUnit = unit;
    rest = rest.slice(piece[0].length);
  }
  return seconds;
}

/** The same length as it stands in the field: "30s", "45m", "1h30m". @param seconds whole seconds */
export function durationText(seconds: number): string {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return `${h > 0 ? `${h}h` : ''}${m > 0 ? `${m}m` : ''}${s > 0 || seconds === 0 ? `${s}s` : ''}`;
}

/** "1 h 30 min". @param seconds whole seconds */
export function durationWords(seconds: number): string {
  return durationInWords(seconds * 1000);
}

/**
 * Lengths to choose from with one click, at most five, the longest allowed always last.
 * Lengths under five minutes are offered only where the longest is tiny.
 */
export function presets(maxSeconds: number): number[] {
  const common = maxSeconds <= 300 ? SHORT_SECONDS : COMMON_SECONDS;
  const below = common.filter((s) => s < maxSeconds);
  return [...below.slice(0, 4), maxSeconds];
}

/** Steps by which access is made longer, at most four, the longest allowed always among them. */
export function extensionSteps(maxSeconds: number): number[] {
  const steps = [900, 1800, 3600].filter((s) => s < maxSeconds);
  return steps.length === 0 ? presets(maxSeconds) : [...steps, maxSeconds];
}

/** What the form starts with: an hour where allowed, else the longest. */
export function usualDuration(maxSeconds: number): number {
  return Math.min(3600, maxSeconds);
}

/** One step longer or shorter, in steps that suit the length, inside what is allowed. */
export function stepDuration(seconds: number, direction: 1 | -1, maxSeconds: number): number {
  const from = direction === 1 ? seconds : seconds - 1;
  const step = from < 300 ? 30 : from < 3600 ? 300 : from < 4 * 3600 ? 900 : 3600;
  const next = direction === 1 ? Math.floor(seconds / step) * step + step : Math.ceil(seconds / step) * step - step;
  return Math.max(SHORTEST_SECONDS, Math.min(maxSeconds, next));
}

/** The length in a duration field, or the sentence that says what is wrong with it. */
export type CheckedDuration = { seconds: number } | { problem: string };

/** Reads a duration field against the shortest and longest that may be asked for. */
export function checkDuration(text: string, maxSeconds: number): CheckedDuration {
  const seconds = parseDuration(text);
  if (seconds === null) return { problem: 'Write a length of time such as 30s, 45m or 1h30m.' };
  if (seconds < SHORTEST_SECONDS) return { problem: `The shortest is ${durationWords(SHORTEST_SECONDS)}.` };
  if (seconds > maxSeconds) return { problem: `The longest here is ${durationWords(maxSeconds)}.` };
  return { seconds };
}
