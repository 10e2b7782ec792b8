import { readLabel } from './punycode.ts';

/** A host that a person is asked to trust, taken apart for the eye. */
export interface TrustedHost {
  /** Labels that whoever owns the rest may choose as they like: what they say proves nothing. '' when there are none. */
  before: string;
  /** The part that is owned by somebody, or the whole address of a computer. */
  owned: string;
  /** What the name looks like elsewhere, when that is not what it is: "аpple.example", with what those letters are. */
  looksLike: { name: string; letters: string[] } | null;
  /** Some of it stands for letters, and for which cannot be read. */
  unreadable: boolean;
}

/** Looks at a host in ASCII, as URL gives it. Pure. */
export function trustedHost(host: string): TrustedHost {
  const labels = host.split('.');
  if (host.startsWith('[') || /^[0-9.]+$/.test(host))
    return { before: '', owned: host, looksLike: null, unreadable: false };
  const own = ownedLabels(labels);
  const before = labels.slice(0, -own).map((label) => `${label}.`);
  const coded = labels.filter((label) => label.startsWith('xn--'));
  const read = labels.map((label) => readLabel(label) ?? label);
  const unreadable = coded.some((label) => !isPlain(readLabel(label)));
  return {
    before: before.join(''),
    owned: labels.slice(-own).join('.'),
    looksLike: coded.length === 0 || unreadable ? null : { name: read.join('.'), letters: oddLetters(read.join('')) },
    unreadable,
  };
}

/** Two, as in "example.com"; three where the end is like "co.uk". Rather one too many than one too few. */
function ownedLabels(labels: readonly string[]): number {
  // A dot at the very end is the root's, and changes nothing.
  const root = labels.at(-1) === '' ? 1 : 0;
  const [last = '', second = ''] = [labels.at(-1 - root), labels.at(-2 - root)];
  return root + (last.length === 2 && second.length <= 3 ? 3 : 2);
}

/** Whether it can be drawn: letters, digits and their marks alone, nothing that hides or turns what is beside it. */
function isPlain(text: string | null): boolean {
  return text !== null && /^[\p{L}\p{M}\p{N}-]+$/u.test(text);
}

/** The letters that are not those of every keyboard, each once: "ü (U+00FC)". */
function oddLetters(text: string): string[] {
  const odd = [...new Set(text)].filter((letter) => !/[a-z0-9-]/.test(letter));
  return odd.map(
    (letter) => `${letter}\u00a0(U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`,
  );
}
