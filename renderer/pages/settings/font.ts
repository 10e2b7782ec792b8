/** Fonts that many computers have, to choose from; any other can be typed. */
export const USUAL_FONTS = [
  'Cascadia Mono',
  'Consolas',
  'DejaVu Sans Mono',
  'Fira Code',
  'Hack',
  'IBM Plex Mono',
  'JetBrains Mono',
  'Liberation Mono',
  'Menlo',
  'Noto Sans Mono',
  'Source Code Pro',
  'Ubuntu Mono',
] as const;

/** Whether this can be the name of a font; '' is ours. It becomes part of a style, so quotes have no place in it. */
export function isFontName(name: string): boolean {
  return /^[\p{L}\p{N} ._-]{0,100}$/u.test(name);
}

/** What is known of a font on this computer. */
export type FontFound = 'even' | 'uneven' | 'missing';

/**
 * Looks at a font by the width of what it draws, since a page may not list what is installed.
 * @param width of a text in a CSS font family, px
 */
export function findFont(name: string, width: (text: string, family: string) => number): FontFound {
  const text = 'Sallyport WMil 0123';
  const fallbacks = ['serif', 'monospace'];
  const missing = fallbacks.every((kind) => width(text, `"${name}", ${kind}`) === width(text, kind));
  // Asked for by its own name, the default of a kind draws as the kind does; two kinds never draw alike.
  const same = width(text, `"${name}", serif`) === width(text, `"${name}", monospace`);
  if (missing || !same) return 'missing';
  return width('iiiiiiii', `"${name}"`) === width('WWWWWWWW', `"${name}"`) ? 'even' : 'uneven';
}

/** Measures with the page's own text engine. */
export function textWidth(): (text: string, family: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  return (text, family) => {
    if (context === null) return 0;
    context.font = `16px ${family}`;
    return context.measureText(text).width;
  };
}
