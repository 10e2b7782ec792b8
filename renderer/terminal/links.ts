/** Longest address that the contract takes. */
const LONGEST = 4000;

export interface Link {
  /** As it is opened: the URL parser's own spelling, in which nothing is hidden. */
  url: string;
  /** Where it leads, in ASCII: look-alike letters show as xn--. */
  host: string;
  before: string;
  after: string;
}

/**
 * A link of the output that may be opened, after the person has said so: http and https only, and none with a user
 * name, which only serves to look like another host. null for anything else. What the target wrote is hostile.
 */
export function linkOf(text: string): Link | null {
  if (text.length > LONGEST || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  if (url.username !== '' || url.password !== '' || url.href.length > LONGEST) return null;
  const before = `${url.protocol}//`;
  return { url: url.href, host: url.host, before, after: url.href.slice(before.length + url.host.length) };
}

/** Whether a click opens a link: plain clicks select text. */
export function opensLink(event: Pick<MouseEvent, 'ctrlKey' | 'metaKey'>, platform: string): boolean {
  return platform === 'darwin' ? event.metaKey : event.ctrlKey;
}
