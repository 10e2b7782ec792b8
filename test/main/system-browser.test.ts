import { describe, expect, it, vi } from 'vitest';
import { backendOrigin, isSafeWebAddress, systemBrowser } from '../../main/system-browser.ts';

describe('what is opened in the browser', () => {
  it.each([
    ['https://login.example.com/auth?x=1', true],
    ['http://127.0.0.1:8080/auth', true],
    ['http://localhost:8080/', true],
    ['http://[::1]:8080/', true],
    ['http://login.example.com/', false],
    ['http://127.0.0.1.example.com/', false],
    ['https://user:password@example.com/', false],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['smb://server/share', false],
    ['ms-settings:', false],
    ['sallyport://x', false],
    ['-oProxyCommand=x', false],
    ['', false],
  ])('%s → %s', async (url, expected) => {
    expect(isSafeWebAddress(url)).toBe(expected);
    const openExternal = vi.fn(async () => undefined);
    await systemBrowser(openExternal)(url).catch(() => undefined);
    expect(openExternal).toHaveBeenCalledTimes(expected ? 1 : 0);
  });
});

describe('the address of a backend', () => {
  it.each([
    ['https://sallyport.example.com', 'https://sallyport.example.com'],
    [' sallyport.example.com ', 'https://sallyport.example.com'],
    ['https://sallyport.example.com:8443/', 'https://sallyport.example.com:8443'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
  ])('%j is %s', (typed, origin) => {
    expect(backendOrigin(typed)).toBe(origin);
  });

  it.each([
    ['http://sallyport.example.com', /https:\/\/ in place of http:/],
    ['https://sallyport.example.com/path', /^Leave out what follows sallyport\.example\.com\.$/],
    ['https://sallyport.example.com:8443/?a=b', /^Leave out what follows sallyport\.example\.com:8443\.$/],
    ['https://a@sallyport.example.com', /without a name or password/],
    ['a@sallyport.example.com', /without a name or password/],
    ['ftp://sallyport.example.com', /looks like sallyport\.example\.com/],
    ['not a host', /looks like sallyport\.example\.com/],
    ['://', /looks like sallyport\.example\.com/],
  ])('%j is refused with what to type instead, and the field is named', (typed, message) => {
    const refusal = { code: 'invalid-input', field: 'address', message: expect.stringMatching(message) };
    expect(() => backendOrigin(typed)).toThrow(expect.objectContaining(refusal));
  });
});
