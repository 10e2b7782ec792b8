import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type CallbackListener, listenForCallback } from '../../../main/sign-in/callback-listener.ts';

const STATE = 'the-state-of-this-attempt';
let listener: CallbackListener;
afterEach(() => listener.cancel());

/** What the browser gets; `host` is what it says it asked for, `path` goes out as it is. */
function visit(
  address: string,
  { host, method = 'GET', path }: { host?: string; method?: string; path?: string } = {},
) {
  const url = new URL(address, listener.redirectUri);
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const options = { method, ...(host !== undefined && { headers: { host } }), ...(path !== undefined && { path }) };
    const sent = request(url, options, (response) => {
      let text = '';
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function listen(timeoutMs?: number): Promise<void> {
  listener = await listenForCallback(STATE, timeoutMs);
  listener.code.catch(() => undefined);
}

describe('the way back from the browser', () => {
  it('listens on 127.0.0.1 only, by its number', async () => {
    await listen();
    expect(listener.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  });

  it('takes the code and tells the person that they may close the tab', async () => {
    await listen();
    const page = await visit(`/callback?code=abc&state=${STATE}`);
    expect(await listener.code).toBe('abc');
    expect(page.text).toContain('close this tab');
    expect(page.text).not.toContain('abc');
  });

  it.each([
    ['another state', '/callback?code=evil&state=wrong', {}],
    ['no state', '/callback?code=evil', {}],
    ['a state that only begins alike', `/callback?code=evil&state=${STATE}x`, {}],
    ['another path', `/other?code=evil&state=${STATE}`, {}],
    ['another host name, as after DNS rebinding', `/callback?code=evil&state=${STATE}`, { host: 'evil.example' }],
    ['POST', `/callback?code=evil&state=${STATE}`, { method: 'POST' }],
    ['a refusal with another state', '/callback?error=access_denied&state=wrong', {}],
  ])('passes over %s, and still takes the right one', async (_name, path, options) => {
    await listen();
    expect((await visit(path, options)).status).toBe(404);
    await visit(`/callback?code=good&state=${STATE}`);
    expect(await listener.code).toBe('good');
  });

  it('passes over an address that is none, and still takes the right one', async () => {
    await listen();
    expect((await visit('/', { path: '//[' })).status).toBe(404);
    await visit(`/callback?code=good&state=${STATE}`);
    expect(await listener.code).toBe('good');
  });

  it('works once', async () => {
    await listen();
    await visit(`/callback?code=first&state=${STATE}`);
    await expect(visit(`/callback?code=second&state=${STATE}`)).rejects.toThrow(/ECONNREFUSED|ECONNRESET/);
    expect(await listener.code).toBe('first');
  });

  it.each([
    ['two codes', `/callback?code=a&code=b&state=${STATE}`],
    ['no code', `/callback?state=${STATE}`],
    ['an endless code', `/callback?code=${'a'.repeat(201)}&state=${STATE}`],
  ])('refuses %s', async (_name, path) => {
    await listen();
    await visit(path);
    await expect(listener.code).rejects.toMatchObject({ code: 'not-signed-in' });
  });

  it('passes on why the backend refused, and repeats nothing of it in the page', async () => {
    await listen();
    const why = encodeURIComponent('<script>You are not in any group.');
    const page = await visit(`/callback?error=access_denied&error_description=${why}&state=${STATE}`);
    await expect(listener.code).rejects.toMatchObject({ message: '<script>You are not in any group.' });
    expect(page.text).not.toContain('<script>');
  });

  it('gives up after its time', async () => {
    await listen(20);
    await expect(listener.code).rejects.toMatchObject({ code: 'timed-out' });
    await expect(visit(`/callback?code=late&state=${STATE}`)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('can be cancelled', async () => {
    await listen();
    listener.cancel();
    await expect(listener.code).rejects.toMatchObject({ code: 'sign-in-cancelled' });
  });
});
