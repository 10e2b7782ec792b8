import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';
import { pageSession } from './hardened-window.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Mantine and xterm.js write style attributes and elements, hence the one 'unsafe-inline'. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'none'",
  "frame-ancestors 'none'",
  "form-action 'none'",
  "base-uri 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'x-dns-prefetch-control': 'off',
};

/** Makes `app:` a scheme like https. Must run before the app is ready. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
}

/** Serves the files of one folder as `app://sallyport/…`, and nothing outside it. */
export function serveAppScheme(folder: string): void {
  pageSession().protocol.handle('app', async (request) => {
    const file = fileOf(folder, request.url);
    const type = file && CONTENT_TYPES[extname(file)];
    if (!file || !type || request.method !== 'GET') return new Response(null, { status: 404 });
    try {
      const bytes = await readFile(file);
      return new Response(new Uint8Array(bytes), { headers: { ...HEADERS, 'content-type': type } });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}

function fileOf(folder: string, address: string): string | undefined {
  const url = new URL(address);
  if (url.host !== 'sallyport') return undefined;
  const file = normalize(join(folder, decodeURIComponent(url.pathname)));
  return file.startsWith(folder + sep) ? file : undefined;
}
