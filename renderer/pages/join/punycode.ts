/*
 * Reading the labels of a host name that stand for other letters (RFC 3492, section 6.2, with the values of section 5).
 * URL gives them in ASCII, and nothing in a page gives them back; a person who is asked to trust a name must see both.
 */
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const FIRST_BIAS = 72;
const FIRST_CODE_POINT = 128;
const LAST_CODE_POINT = 0x10ffff;

/** What a label beginning with "xn--" stands for; null when it is no such label, or none that can be read. Pure. */
export function readLabel(label: string): string | null {
  if (!/^xn--[a-z0-9-]+$/.test(label)) return null;
  const encoded = label.slice(4);
  const dash = encoded.lastIndexOf('-');
  const output = dash > 0 ? [...encoded.slice(0, dash)].map(codeOf) : [];
  let [n, i, bias] = [FIRST_CODE_POINT, 0, FIRST_BIAS];
  for (let at = dash > 0 ? dash + 1 : 0; at < encoded.length; ) {
    const before = i;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitOf(encoded[at++]);
      if (digit === null) return null;
      i += digit * weight;
      const threshold = Math.min(T_MAX, Math.max(T_MIN, k - bias));
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const length = output.length + 1;
    bias = adapt(i - before, length, before === 0);
    n += Math.floor(i / length);
    i %= length;
    if (n > LAST_CODE_POINT) return null;
    output.splice(i++, 0, n);
  }
  return String.fromCodePoint(...output);
}

function codeOf(letter: string): number {
  return letter.codePointAt(0) ?? 0;
}

/** a…z are 0…25, 0…9 are 26…35. */
function digitOf(letter: string | undefined): number | null {
  if (letter === undefined || !/[a-z0-9]/.test(letter)) return null;
  return letter <= '9' ? codeOf(letter) - 22 : codeOf(letter) - 97;
}

function adapt(delta: number, length: number, first: boolean): number {
  let left = Math.floor(delta / (first ? DAMP : 2));
  left += Math.floor(left / length);
  let k = 0;
  for (; left > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) left = Math.floor(left / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * left) / (left + SKEW));
}
