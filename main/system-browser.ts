import { AppError } from '../protocol/errors.ts';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Whether an address may be talked to or opened: https, or plain http on this very machine (demo, tests). */
export function isSafeWebAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

/** The backend's origin out of what a person typed. @throws AppError 'invalid-input' */
export function backendOrigin(typed: string): string {
  const address = typed.trim().includes('://') ? typed.trim() : `https://${typed.trim()}`;
  if (!isSafeWebAddress(address)) {
    throw new AppError('invalid-input', wrongAddress(address), {
      field: 'address',
    });
  }
  const url = new URL(address);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new AppError('invalid-input', `Leave out what follows ${url.host}.`, {
      field: 'address',
    });
  }
  return url.origin;
}

/** Why an address cannot be used, and what to type instead. */
function wrongAddress(address: string): string {
  if (/^http:/i.test(address))
    return 'Type it with https:// in place of http://: what is sent must be read by nobody else.';
  if (/^https:.*@/i.test(address)) return 'Type the address without a name or password in it.';
  return 'This is no address. It looks like sallyport.example.com: without spaces, with https:// or nothing before it.';
}

/** Opens a page in the person's own browser, after the check: other schemes could start programs. */
export function systemBrowser(openExternal: (url: string) => Promise<void>): (url: string) => Promise<void> {
  return async (url) => {
    if (!isSafeWebAddress(url)) throw new AppError('internal', 'Sallyport opens only https pages in the browser.');
    await openExternal(url);
  };
}

/** Opens a link of a terminal in the person's own browser, http too: it is a page like any other. @throws AppError */
export function linkOpener(openExternal: (url: string) => Promise<void>): (url: string) => Promise<void> {
  return async (link) => {
    const url = URL.canParse(link) ? new URL(link) : undefined;
    if (!url || !WEB.has(url.protocol) || url.username !== '' || url.password !== '') {
      throw new AppError('invalid-input', 'Only links to web pages are opened, without a name or password in them.', {
        field: 'url',
      });
    }
    await openExternal(url.href);
  };
}

const WEB: ReadonlySet<string> = new Set(['http:', 'https:']);
