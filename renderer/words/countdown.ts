/** How urgent a countdown looks. `warm` under five minutes, `hot` in the last one. */
export type Warmth = 'calm' | 'warm' | 'hot' | 'over';

export interface Countdown {
  /** Short, for the eye: "1 h 12 min", "42 min", "4:32", "45 s". */
  text: string;
  /** Whole words, for screen readers. */
  spoken: string;
  warmth: Warmth;
}

export const WARM_MS = 5 * 60_000;
export const HOT_MS = 60_000;

const unit = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

/** What is left, in words. Computed at every tick from `endsAt`; never kept. @param leftMs milliseconds, may be negative */
export function countdown(leftMs: number): Countdown {
  if (leftMs <= 0) return { text: 'ending…', spoken: 'ending now', warmth: 'over' };
  const seconds = Math.ceil(leftMs / 1000);
  const [d, h, m, s] = [
    Math.floor(seconds / 86_400),
    Math.floor((seconds % 86_400) / 3600),
    Math.floor((seconds % 3600) / 60),
    seconds % 60,
  ];
  if (leftMs < HOT_MS) return { text: `${seconds} s`, spoken: unit(seconds, 'second'), warmth: 'hot' };
  if (leftMs < WARM_MS) {
    return {
      text: `${m}:${String(s).padStart(2, '0')}`,
      spoken: s === 0 ? unit(m, 'minute') : `${unit(m, 'minute')} ${unit(s, 'second')}`,
      warmth: 'warm',
    };
  }
  if (d > 0)
    return { text: h > 0 ? `${d} d ${h} h` : `${d} d`, spoken: `${unit(d, 'day')} ${unit(h, 'hour')}`, warmth: 'calm' };
  if (h > 0)
    return {
      text: m > 0 ? `${h} h ${m} min` : `${h} h`,
      spoken: m > 0 ? `${unit(h, 'hour')} ${unit(m, 'minute')}` : unit(h, 'hour'),
      warmth: 'calm',
    };
  return { text: `${m} min`, spoken: unit(m, 'minute'), warmth: 'calm' };
}

/** The moments worth saying aloud; the sentence changes only when one of them is crossed. @param leftMs milliseconds */
export function spokenWarning(leftMs: number): string {
  if (leftMs <= 0 || leftMs >= WARM_MS) return '';
  return leftMs < HOT_MS ? 'ends in less than a minute' : 'ends in less than 5 minutes';
}
