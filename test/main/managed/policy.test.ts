import { describe, expect, it } from 'vitest';
import { jsonDocument } from '../../../main/managed/json-document.ts';
import { policyOf } from '../../../main/managed/policy.ts';
import { Unusable } from '../../../main/managed/unusable.ts';
import { keyIdOf } from '../../../protocol/update/release-key.ts';

const publicKey = Buffer.alloc(32, 7).toString('base64');
const key = { id: keyIdOf(publicKey), publicKey };

const enforced = (fields: object) => ({ enforced: fields });
const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(Unusable);
    return (error as Error).message;
  }
  throw new Error('it was taken');
};

describe('what an organisation says', () => {
  it('has two layers, and each name in them is one of the settings', () => {
    const document = {
      enforced: {
        backendAddress: 'https://Sallyport.Example.com/',
        updateKeys: [key],
        terminals: ['built-in', 'kitty'],
        deepLinks: [],
        idleSignOutMinutes: 30,
      },
      defaults: { updates: 'notify', startAtLogin: true },
    };
    expect(policyOf(document)).toEqual({
      enforced: { ...document.enforced, backendAddress: 'https://sallyport.example.com' },
      defaults: document.defaults,
      unknown: [],
    });
  });

  it.each([{}, { enforced: {} }, { defaults: {} }])('may be nothing: %j', (document) => {
    expect(policyOf(document)).toEqual({ enforced: {}, defaults: {}, unknown: [] });
  });

  it('may have names of a newer version, which are passed over and listed', () => {
    const document = { enforced: { holograms: 1, updates: 'off' }, defaults: { mood: null }, $schema: 'x', version: 2 };
    expect(policyOf(document)).toEqual({
      enforced: { updates: 'off' },
      defaults: {},
      unknown: ['$schema', 'version', 'enforced.holograms', 'defaults.mood'],
    });
  });

  it.each<[string, unknown, string]>([
    ['no object', [], 'must be an object with'],
    ['null', null, 'must be an object with'],
    ['a text', 'enforced', 'must be an object with'],
    ['a layer that is a list', { enforced: [] }, '"enforced" must be an object'],
    ['a layer that is null', { defaults: null }, '"defaults" must be an object'],
    ['a setting beside the layers', { backendAddress: 'https://a.example' }, '"backendAddress" must stand inside'],
    ['the same in other letters', { BACKENDADDRESS: 'https://a.example' }, '"BACKENDADDRESS" must stand inside'],
    ['a layer in other letters', { Enforced: {} }, '"Enforced" is written "enforced"'],
    ['a setting in other letters', enforced({ backendaddress: 'https://a.example' }), 'is written "backendAddress"'],
    ['a switch that is a text', enforced({ startAtLogin: 'true' }), '"enforced.startAtLogin" is not valid'],
    ['a switch that is null', enforced({ sshConfig: null }), '"enforced.sshConfig" is not valid'],
    ['a number that is a text', enforced({ idleSignOutMinutes: '30' }), '"enforced.idleSignOutMinutes" is not valid'],
    ['a negative number', enforced({ idleSignOutMinutes: -1 }), '"enforced.idleSignOutMinutes" is not valid'],
    ['more than a week', enforced({ idleSignOutMinutes: 10_081 }), '"enforced.idleSignOutMinutes" is not valid'],
    ['a word that is none', { defaults: { updates: 'never' } }, '"defaults.updates" is not valid'],
    ['a channel that is none', enforced({ updateChannel: 'nightly' }), '"enforced.updateChannel" is not valid'],
    ['a link that is none', enforced({ deepLinks: ['request', 'mailto'] }), '"enforced.deepLinks.1" is not valid'],
    ['no terminal at all', enforced({ terminals: [] }), '"enforced.terminals" is not valid'],
    ['a key that is none', enforced({ updateKeys: [{ ...key, publicKey: 'abc' }] }), 'updateKeys.0.publicKey" is not'],
    [
      'a key with more in it',
      enforced({ updateKeys: [{ ...key, note: 'x' }] }),
      '"enforced.updateKeys.0" is not valid',
    ],
    ['another key’s name', enforced({ updateKeys: [{ ...key, id: '0'.repeat(16) }] }), `which is ${key.id}`],
    ['presets of what is only enforced', { defaults: { terminals: ['kitty'] } }, '"defaults.terminals" can only be'],
    ['presets of links', { defaults: { deepLinks: [] } }, '"defaults.deepLinks" can only be enforced'],
    ['presets of keys', { defaults: { updateKeys: [key] } }, '"defaults.updateKeys" can only be enforced'],
    ['a way that is not allowed', enforced({ connectWith: 'built-in', terminals: ['kitty'] }), 'does not allow'],
    ['the other way', enforced({ connectWith: 'native', terminals: ['built-in'] }), 'does not allow'],
    ['a terminal not among them', enforced({ nativeTerminal: 'xterm', terminals: ['kitty'] }), 'is not among'],
  ])('is refused as a whole with %s', (_name, document, sentence) => {
    expect(refusal(() => policyOf(document))).toContain(sentence);
  });

  it.each([
    '',
    'http://sallyport.example.com',
    'https://sallyport.example.com/path',
    'https://someone@sallyport.example.com',
    'ssh://sallyport.example.com',
    'https://',
    'javascript:alert(1)',
  ])('names a backend that may be talked to, not %j', (backendAddress) => {
    const sentence = refusal(() => policyOf({ defaults: { backendAddress } }));
    expect(sentence).toMatch(/^"defaults\.backendAddress" must be the https address/);
  });

  it('does not take a name that every object has for one of its own', () => {
    expect(policyOf(JSON.parse('{"enforced":{"__proto__":{"updates":"off"},"toString":1}}'))).toEqual({
      enforced: {},
      defaults: {},
      unknown: ['enforced.__proto__', 'enforced.toString'],
    });
  });
});

describe('a policy file', () => {
  it.each([
    ['empty', '', 'not JSON'],
    ['cut off', '{"enforced":{"updates":"o', 'not JSON'],
    ['JSON with remarks', '{} // yes', 'not JSON'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'not UTF-8'],
    ['with a layer twice', '{"enforced":{"updates":"off"},"enforced":{}}', '"enforced" stands there twice'],
    ['with a name twice', '{"enforced":{"updates":"off","updates":"install"}}', '"updates" stands there twice'],
    ['with a name twice, once in disguise', '{"a":[{"b":1,"\\u0062":2}]}', '"b" stands there twice'],
  ])('that is %s is refused', (_name, text, sentence) => {
    expect(refusal(() => jsonDocument(Buffer.from(text)))).toContain(sentence);
  });

  it.each(['{"a":{"b":1},"c":{"b":2}}', '{"a":["b","b"],"b":"a"}', '{"a":"{\\"a\\":1}","b":"a\\\\"}', '[]', '"a"'])(
    'may have a name once in each place: %s',
    (text) => {
      expect(jsonDocument(Buffer.from(text))).toEqual(JSON.parse(text));
    },
  );
});
