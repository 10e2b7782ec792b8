/** What ships of somebody else, with the licence it comes under. */
export interface Notice {
  name: string;
  version: string;
  /** SPDX expression. */
  licence: string;
  /** '' where the package names none. */
  homepage: string;
  /** The licence in full. */
  text: string;
}

/** Stands on a line of its own before each notice, and after the last. */
export const NOTICE_RULE = '-'.repeat(100);

/**
 * Reads third-party-notices.txt, as packaging writes it: after each rule "name version", the licence, the homepage where
 * there is one, an empty line, then the licence in full. What stands before the first rule is not of one package. Pure.
 */
export function readNotices(file: string): Notice[] {
  const notices: Notice[] = [];
  for (const part of file.replaceAll('\r\n', '\n').split(`${NOTICE_RULE}\n`).slice(1)) {
    const [head = '', ...rest] = part.split('\n\n');
    const [first = '', licence = '', homepage = ''] = head.split('\n');
    const [, name, version] = /^(\S+) (\S+)$/.exec(first) ?? [];
    // A licence may draw such a line itself: what has no head goes on with the one before.
    const last = notices.at(-1);
    if (name !== undefined && version !== undefined && licence !== '')
      notices.push({ name, version, licence, homepage, text: rest.join('\n\n').trim() });
    else if (last !== undefined && part.trim() !== '') last.text += `\n${NOTICE_RULE}\n${part.trimEnd()}`;
  }
  return notices;
}
