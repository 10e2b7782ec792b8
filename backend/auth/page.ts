import { createHash } from 'node:crypto';

/** A piece of a page whose text is already escaped. Made by `html` alone. */
export class Html {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

type Piece = Html | string | number | readonly Html[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Template tag: everything put in is escaped, unless it is a piece made by `html` itself. */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Html {
  const textOf = (piece: Piece): string => {
    if (piece instanceof Html) return piece.toString();
    if (typeof piece === 'object') return piece.map(String).join('');
    return String(piece).replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c);
  };
  return new Html(strings.reduce((text, part, i) => text + textOf(pieces[i - 1] ?? '') + part));
}

const STYLE = `
:root { color-scheme: light dark; --page: #f5f6f8; --card: #fff; --ink: #1b1f26; --soft: #5c6570; --line: #dfe3e8;
  --tint: #eef3fb; --accent: #2458c5; }
@media (prefers-color-scheme: dark) { :root { --page: #14171c; --card: #1c2027; --ink: #e8ebf0; --soft: #9ba5b2;
  --line: #2f3640; --tint: #232b38; --accent: #8cb1ff; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px 16px; background: var(--page);
  color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main { width: 100%; max-width: 440px; background: var(--card); border: 1px solid var(--line); border-radius: 14px;
  padding: 28px; box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 12px 32px rgb(0 0 0 / .06); }
.brand { display: flex; align-items: center; gap: 9px; margin: 0 0 22px; font-weight: 600; color: var(--soft);
  font-size: 13px; letter-spacing: .01em; }
.brand svg { color: var(--accent); }
h1 { font-size: 21px; line-height: 1.3; margin: 0 0 6px; letter-spacing: -.01em; }
p { margin: 0 0 12px; } .soft { color: var(--soft); } .small { font-size: 13px; }
.people { list-style: none; margin: 20px 0 0; padding: 0; display: grid; gap: 8px; }
.person { width: 100%; display: flex; align-items: center; gap: 12px; padding: 10px 12px; text-align: left; font: inherit;
  color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 10px; cursor: pointer; }
.person:hover { background: var(--tint); border-color: var(--accent); }
.person:focus-visible, .plain:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.mark { flex: none; width: 36px; height: 36px; border-radius: 50%; display: grid; place-items: center; font-size: 13px;
  font-weight: 600; background: var(--tint); color: var(--accent); }
.who { flex: 1; min-width: 0; } .who b { display: block; font-weight: 600; line-height: 1.35; }
.who span { display: block; color: var(--soft); font-size: 13px; overflow: hidden; text-overflow: ellipsis; }
.group { flex: none; max-width: 40%; text-align: right; font-size: 12px; color: var(--soft); }
.foot { display: flex; align-items: center; justify-content: space-between; gap: 16px; margin-top: 20px;
  padding-top: 16px; border-top: 1px solid var(--line); } .foot p { margin: 0; }
.plain { flex: none; font: inherit; font-size: 14px; color: var(--accent); background: none; border: 0; padding: 6px 8px;
  border-radius: 8px; cursor: pointer; } .plain:hover { background: var(--tint); }
@media (max-width: 420px) { main { padding: 20px 16px; } .group { display: none; } }
`;

/** The gate of two arches that marks our pages. */
const MARK = new Html(
  '<svg width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.8" aria-hidden="true">' +
    '<path d="M2 18V9a8 8 0 0 1 16 0v9"/><path d="M7 18v-8a3 3 0 0 1 6 0v8"/><path d="M1 18h18"/></svg>',
);

/** A whole page, in our calm clothes. No script, works by keyboard, follows the light or dark of the browser. */
export function page(options: { title: string; brand: string; body: Html }): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${options.title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<p class="brand">${MARK}${options.brand}</p>
${options.body}
</main>
</body>
</html>
`.toString();
}

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * Headers of every page: nothing but our own style may load, nobody may frame it, nothing of its address leaks.
 * @param formAction where forms may lead, over redirects too (browsers check each hop); none by default.
 */
export function pageHeaders(formAction = "'none'"): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
