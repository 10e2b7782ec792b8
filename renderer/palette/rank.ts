import type { PaletteCommand } from './command.ts';

/** How well a word is found, from best to worst; larger is better. */
const PREFIX = 1_000;
const WORD_START = 100;
/** "st" of "Show terminals". */
const INITIALS = 60;
const INSIDE = 40;
const LETTERS = 10;
/** What is not the title counts less than anything in the title that is as good. */
const ELSEWHERE = 0.3;

/**
 * The commands a query means, best first: a title that begins with it, then titles with words that begin with what was
 * typed, then its letters at the beginnings of words, inside a word, and in a row of words ("cbil" finds "Connect to
 * billing"). Every word
 * typed must be found. What was chosen lately comes first among equals. Pure.
 * @param recent ids, the last one chosen first
 */
export function rankCommands(
  commands: readonly PaletteCommand[],
  query: string,
  recent: readonly string[],
): PaletteCommand[] {
  const wanted = wordsOf(query);
  if (wanted.length === 0) return unasked(commands, recent);
  const whole = wanted.join(' ');
  const found: { command: PaletteCommand; score: number; recency: number; at: number }[] = [];
  commands.forEach((command, at) => {
    const title = wordsOf(command.title);
    const rest = wordsOf(`${command.detail ?? ''} ${command.also ?? ''} ${command.group}`);
    let score = title.join(' ').startsWith(whole) ? PREFIX : 0;
    for (const word of wanted) {
      const one = Math.max(scoreOf(word, title), scoreOf(word, rest) * ELSEWHERE);
      if (one === 0) return;
      score += one;
    }
    found.push({ command, score, recency: recencyOf(command, recent), at });
  });
  return found.sort((a, b) => b.score - a.score || a.recency - b.recency || a.at - b.at).map(({ command }) => command);
}

/** Before anything is typed: what was chosen lately, then all but what is found by typing only. */
function unasked(commands: readonly PaletteCommand[], recent: readonly string[]): PaletteCommand[] {
  const lately = recent.flatMap((id) => commands.find((command) => command.id === id) ?? []);
  return [...lately, ...commands.filter((command) => !command.searchOnly && !lately.includes(command))];
}

function recencyOf(command: PaletteCommand, recent: readonly string[]): number {
  const at = recent.indexOf(command.id);
  return at === -1 ? recent.length : at;
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s@._/:,()-]+/)
    .filter(Boolean);
}

/** How well a typed word is found in a row of words; 0 for not at all. */
function scoreOf(word: string, words: readonly string[]): number {
  if (words.some((one) => one.startsWith(word))) return WORD_START;
  // One letter stands in nearly everything.
  if (word.length < 2) return 0;
  if (hasInitials(word, words)) return INITIALS;
  if (words.some((one) => one.includes(word))) return INSIDE;
  return hasLetters(word, words) ? LETTERS : 0;
}

/** Whether words that follow each other begin with these letters. */
function hasInitials(letters: string, words: readonly string[]): boolean {
  return words
    .map((one) => one[0])
    .join('')
    .includes(letters);
}

/** Whether the letters stand in this order, beginning at the beginning of a word. */
function hasLetters(letters: string, words: readonly string[]): boolean {
  return words.some((first, at) => {
    if (first[0] !== letters[0]) return false;
    let next = 0;
    for (const letter of words.slice(at).join('')) if (letter === letters[next]) next++;
    return next === letters.length;
  });
}
