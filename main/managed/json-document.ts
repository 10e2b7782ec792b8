import { Unusable } from './unusable.ts';

/** The value of a JSON text. A name that stands twice in an object is refused: which of the two was meant? @throws Unusable */
export function jsonDocument(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Unusable('it is not UTF-8');
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new Unusable('it is not JSON');
  }
  const twice = nameGivenTwice(text);
  if (twice !== undefined) throw new Unusable(`"${twice}" stands there twice`);
  return document;
}

/** Strings and the signs that give a JSON text its structure (RFC 8259). */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** The first name that an object has twice. @param text valid JSON */
function nameGivenTwice(text: string): string | undefined {
  const open: (Set<string> | 'list')[] = [];
  let before = '';
  for (const [token] of text.matchAll(TOKEN)) {
    const inside = open.at(-1);
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push('list');
    else if (token === '}' || token === ']') open.pop();
    else if (token.startsWith('"') && inside instanceof Set && (before === '{' || before === ',')) {
      const name = JSON.parse(token) as string;
      if (inside.has(name)) return name;
      inside.add(name);
    }
    before = token;
  }
  return undefined;
}
