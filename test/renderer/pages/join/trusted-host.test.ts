import { describe, expect, test } from 'vitest';
import { readLabel } from '../../../../renderer/pages/join/punycode.ts';
import { trustedHost } from '../../../../renderer/pages/join/trusted-host.ts';

const toAscii = (host: string) => new URL(`https://${host}`).hostname;

describe('a label that stands for other letters is read as URL wrote it', () => {
  test.each([
    'bücher',
    'straße',
    'müller-öl',
    'пример',
    'ехаmple',
    '例え',
    '日本語',
    'ελληνικά',
    '한국어',
    'ab😀cd',
    'şşşşşşşşşşşşşşşşş',
    'ü',
  ])('%s', (label) => {
    const ascii = toAscii(label);
    expect(ascii).toMatch(/^xn--/);
    expect(readLabel(ascii)).toBe(label);
  });

  test.each([
    ['a plain one', 'example'],
    ['nothing after the mark', 'xn--'],
    ['one that breaks off', 'xn--bcher-kv'],
    ['capital letters', 'xn--BCHER-KVA'],
    ['digits beyond the last letter there is', 'xn--99999999'],
    ['another alphabet', 'xn--bücher'],
    ['a dot', 'xn--bcher-kva.example'],
  ])('not %s', (_name, label) => {
    expect(readLabel(label)).toBeNull();
  });
});

describe('the part of a host that somebody owns', () => {
  test.each([
    ['sallyport.example.com', 'sallyport.', 'example.com'],
    ['example.com', '', 'example.com'],
    ['sallyport', '', 'sallyport'],
    ['sallyport.example.com.attacker.net', 'sallyport.example.com.', 'attacker.net'],
    ['sallyport.example.com.attacker.net.', 'sallyport.example.com.', 'attacker.net.'],
    ['sallyport.example.co.uk', 'sallyport.', 'example.co.uk'],
    ['sallyport.example.com.au', 'sallyport.', 'example.com.au'],
    ['sallyport.example.de', 'sallyport.', 'example.de'],
    ['127.0.0.1', '', '127.0.0.1'],
    ['10.20.30.40', '', '10.20.30.40'],
    ['[::1]', '', '[::1]'],
  ])('%s', (host, before, owned) => {
    expect(trustedHost(host)).toMatchObject({ before, owned, looksLike: null, unreadable: false });
  });
});

describe('letters that may only look like others', () => {
  test.each([
    ['one among plain ones', 'sallyport.еxample.com', ['е (U+0435)']],
    ['several, each once', 'ехамрle.com', ['е (U+0435)', 'х (U+0445)', 'а (U+0430)', 'м (U+043C)', 'р (U+0440)']],
    ['in the part that proves nothing', 'bücher.example.com', ['ü (U+00FC)']],
    ['beyond the first plane', '😀.example', null],
  ])('%s', (_name, written, letters) => {
    const { looksLike, unreadable } = trustedHost(toAscii(written));
    if (letters === null) expect({ looksLike, unreadable }).toEqual({ looksLike: null, unreadable: true });
    else {
      expect(looksLike?.name).toBe(written);
      expect(looksLike?.letters.map((letter) => letter.replace('\u00a0', ' '))).toEqual(letters);
    }
  });

  test('what cannot be read is not guessed', () => {
    expect(trustedHost('xn--99999999.example')).toMatchObject({ looksLike: null, unreadable: true });
  });
});
