/** How many lines of what somebody wrote are drawn before "Show all". */
export const SHOWN_LINES = 10;

/**
 * What somebody wrote, without the marks that turn the direction of text: they can make one thing read as another.
 * Letters that run from right to left by themselves still do.
 */
export function withoutTurns(text: string): string {
  return text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}

/** The first lines of a text, and how many there are; blank lines count, so that none of them hides what follows. */
export function firstLines(text: string, most = SHOWN_LINES): { shown: string; lines: number } {
  const all = text.trimEnd().split(/\r\n|\r|\n/);
  // One line more is drawn rather than offered.
  return { shown: (all.length <= most + 1 ? all : all.slice(0, most)).join('\n'), lines: all.length };
}
