import { LOGIN_ATTEMPT_MS } from './login-attempts.ts';

/** The cookie that ties a sign-in to the browser that began it, one for each sign-in under way. */
export interface LoginCookie {
  name(label: string): string;
  /** A Set-Cookie value. SameSite=Lax: it comes along when the provider sends the browser back. */
  give(label: string, value: string): string;
  takeBack(label: string): string;
  /** The value in a Cookie header; undefined when it is missing or given twice, since one of the two is planted. */
  read(header: string | undefined, label: string): string | undefined;
}

/** @param secure whether browsers reach us by https */
export function loginCookie(secure: boolean): LoginCookie {
  const name = (label: string): string => `${secure ? '__Secure-' : ''}sallyport-sign-in-${label}`;
  const attributes = `Path=/auth; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return {
    name,
    give: (label, value) => `${name(label)}=${value}; Max-Age=${LOGIN_ATTEMPT_MS / 1000}; ${attributes}`,
    takeBack: (label) => `${name(label)}=; Max-Age=0; ${attributes}`,
    read(header, label) {
      const start = `${name(label)}=`;
      const found = (header ?? '')
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(start));
      return found.length === 1 ? found[0]?.slice(start.length) : undefined;
    },
  };
}
