/** What a browser ended up with after following redirects. */
export interface Shown {
  url: URL;
  status: number;
  headers: Headers;
  text: string;
}

interface Cookie {
  name: string;
  value: string;
  host: string;
  path: string;
}

/**
 * A browser without a window: follows redirects, keeps cookies by host and path (not by port, as browsers do), and
 * stops at addresses that nobody is to answer, such as the app's loopback redirect.
 */
export class Browser {
  readonly #cookies: Cookie[] = [];
  /** Every address it came to, redirects too. */
  readonly visited: URL[] = [];
  readonly #stopAt: (url: URL) => boolean;

  /** @param stopAt an address that is noted but not fetched. */
  constructor(stopAt: (url: URL) => boolean = () => false) {
    this.#stopAt = stopAt;
  }

  open(url: string | URL): Promise<Shown> {
    return this.#go(new URL(url), 'GET');
  }

  /** Presses the button of that name and value in the one form of a page. */
  press(shown: Shown, name: string, value: string): Promise<Shown> {
    const action = /<form method="post" action="([^"]+)"/.exec(shown.text)?.[1];
    if (!action) throw new Error(`There is no form in: ${shown.text}`);
    if (!shown.text.includes(`name="${name}" value="${value}"`))
      throw new Error(`There is no button ${name}=${value}.`);
    return this.#go(new URL(action, shown.url), 'POST', new URLSearchParams({ [name]: value }));
  }

  /** Posts a form of one's own making. */
  post(url: string | URL, form: URLSearchParams): Promise<Shown> {
    return this.#go(new URL(url), 'POST', form);
  }

  /** Calls as a script of a page would. @throws when the answer is an error */
  async send(url: string | URL, method: string, body: unknown): Promise<string> {
    const at = new URL(url);
    const cookie = this.#cookieHeader(at);
    const response = await fetch(at, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...(cookie ? { cookie } : {}) },
    });
    this.#keep(at, response.headers.getSetCookie());
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${at.pathname}: ${response.status} ${text}`);
    return text;
  }

  /** Names of the cookies held for an address. */
  cookies(url: string | URL): string[] {
    return this.#sentTo(new URL(url)).map((c) => c.name);
  }

  /** Forgets cookies, as a browser does that never began this sign-in. */
  forget(matches: (name: string) => boolean = () => true): void {
    for (let i = this.#cookies.length - 1; i >= 0; i--) {
      if (matches(this.#cookies[i]?.name ?? '')) this.#cookies.splice(i, 1);
    }
  }

  async #go(start: URL, method: 'GET' | 'POST', form?: URLSearchParams): Promise<Shown> {
    let url = start;
    let next: { method: string; body?: URLSearchParams } = form ? { method, body: form } : { method };
    for (let hops = 0; hops < 12; hops++) {
      this.visited.push(url);
      if (this.#stopAt(url)) return { url, status: 0, headers: new Headers(), text: '' };
      const cookie = this.#cookieHeader(url);
      const response = await fetch(url, { ...next, redirect: 'manual', headers: cookie ? { cookie } : {} });
      this.#keep(url, response.headers.getSetCookie());
      const location = response.headers.get('location');
      const text = await response.text();
      if (!location || response.status < 300 || response.status > 399) {
        return { url, status: response.status, headers: response.headers, text };
      }
      url = new URL(location, url);
      next = { method: 'GET' };
    }
    throw new Error(`Too many redirects from ${start.href}`);
  }

  #cookieHeader(url: URL): string {
    return this.#sentTo(url)
      .map((c) => `${c.name}=${c.value}`)
      .join('; ');
  }

  #sentTo(url: URL): Cookie[] {
    return this.#cookies.filter(
      (c) =>
        c.host === url.hostname && (url.pathname === c.path || url.pathname.startsWith(c.path.replace(/\/?$/, '/'))),
    );
  }

  #keep(url: URL, lines: string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      const attribute = (wanted: string): string | undefined =>
        attributes.find((a) => a.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
      const path = attribute('path') ?? '/';
      const gone = attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '') < Date.now();
      this.#drop(name, url.hostname, path);
      if (!gone) this.#cookies.push({ name, value, host: url.hostname, path });
    }
  }

  #drop(name: string, host: string, path: string): void {
    const at = this.#cookies.findIndex((c) => c.name === name && c.host === host && c.path === path);
    if (at >= 0) this.#cookies.splice(at, 1);
  }
}
