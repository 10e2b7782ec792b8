import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { policyOf } from '../../main/managed/policy.ts';
import { registryDocument } from '../../main/managed/registry-document.ts';
import { registryKeys } from '../../main/managed/registry-text.ts';
import { WINDOWS_POLICY_KEY } from '../../main/managed/windows.ts';
import { ENFORCED_ONLY, manageableSchema } from '../../protocol/ipc/managed.ts';
import { ROOT } from '../../scripts/folders.ts';
import { fields } from '../../scripts/managed/field.ts';
import { templates } from '../../scripts/managed/templates.ts';

const FOLDER = join(ROOT, 'resources/managed');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const NAMES = Object.keys(manageableSchema.shape);
const PRESET = NAMES.filter((name) => !ENFORCED_ONLY.some((only) => only === name));

/** Throws at the first thing that is not well formed. */
function xmlOf(name: string): Element {
  const refuse = (message: string): never => {
    throw new Error(`${name}: ${message}`);
  };
  const parser = new DOMParser({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } });
  return parser.parseFromString(read(name), 'text/xml').documentElement as unknown as Element;
}
const all = (element: Element, tag: string): Element[] => Array.from(element.getElementsByTagName(tag));
const attributes = (elements: Element[], name: string) => elements.map((element) => element.getAttribute(name) ?? '');

const elementsIn = (element: Element): Element[] =>
  Array.from(element.childNodes).filter((node): node is Element => node.nodeType === 1);

/** A value of a property list (plist(5)). */
function plistValue(element: Element): unknown {
  const text = element.textContent ?? '';
  switch (element.tagName) {
    case 'string':
      return text;
    case 'integer':
      return Number(text);
    case 'true':
    case 'false':
      return element.tagName === 'true';
    case 'array':
      return elementsIn(element).map(plistValue);
    case 'dict': {
      const parts = elementsIn(element);
      const keys = parts.filter((_, i) => i % 2 === 0);
      expect(keys.every(({ tagName }) => tagName === 'key')).toBe(true);
      return Object.fromEntries(keys.map((key, i) => [key.textContent, plistValue(parts[i * 2 + 1]!)]));
    }
    default:
      throw new Error(`<${element.tagName}> is no value of ours`);
  }
}

describe('the templates for IT', () => {
  it.each(Object.entries(templates()))('%s is as scripts/managed-templates.ts writes it', (name, text) => {
    expect(read(name)).toBe(text);
  });

  it('are all there is in their folder', () => {
    const files = readdirSync(FOLDER, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map((file) => join(file.parentPath, file.name).slice(FOLDER.length + 1)).sort()).toEqual(
      Object.keys(templates()).sort(),
    );
  });

  it('say that there is no telemetry to switch off', () => {
    for (const name of ['policy.schema.json', 'windows/en-US/sallyport.adml', 'macos/sallyport.mobileconfig']) {
      expect(read(name)).toContain('no telemetry');
    }
    expect(NAMES.filter((name) => /telemetry|analytics|crash/i.test(name))).toEqual([]);
  });
});

describe('the samples', () => {
  it('are taken as they are, on Linux', () => {
    const { unknown, ...layers } = policyOf(JSON.parse(read('policy.sample.json')));
    const { $schema, ...sample } = JSON.parse(read('policy.sample.json')) as { $schema: string };
    expect([layers, unknown, $schema]).toEqual([sample, ['$schema'], './policy.schema.json']);
  });

  it('are the same on macOS, in a profile for our bundle id', () => {
    const profile = plistValue(xmlOf('macos/sallyport.mobileconfig').getElementsByTagName('dict')[0]!) as Profile;
    const [payload] = profile.PayloadContent;
    const { Forced } = payload!.PayloadContent['dev.sallyport.app']!;
    const settings = Forced[0]!.mcx_preference_settings;
    const { $schema: _schema, ...sample } = JSON.parse(read('policy.sample.json'));
    expect(settings).toEqual(sample);
    expect(policyOf(settings).unknown).toEqual([]);
    expect([profile.PayloadType, payload!.PayloadType]).toEqual([
      'Configuration',
      'com.apple.ManagedClient.preferences',
    ]);
    expect(read('macos/sallyport.mobileconfig')).toContain('<!DOCTYPE plist PUBLIC');
    expect(new Set([profile.PayloadUUID, payload!.PayloadUUID]).size).toBe(2);
  });

  interface Profile {
    PayloadType: string;
    PayloadUUID: string;
    PayloadContent: {
      PayloadType: string;
      PayloadUUID: string;
      PayloadContent: Record<string, { Forced: { mcx_preference_settings: object }[] }>;
    }[];
  }
});

describe('the JSON schema', () => {
  const schema = JSON.parse(read('policy.schema.json'));

  it('has every name where it may stand, each with a description', () => {
    expect(Object.keys(schema.properties.enforced.properties)).toEqual(NAMES);
    expect(Object.keys(schema.properties.defaults.properties)).toEqual(PRESET);
    for (const { description } of Object.values<{ description?: string }>(schema.properties.enforced.properties)) {
      expect(description?.length).toBeGreaterThan(20);
    }
  });

  it('forbids no name of a newer version', () => {
    expect([schema, schema.properties.enforced].map((layer) => layer.additionalProperties)).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('the group policy templates', () => {
  const admx = xmlOf('windows/sallyport.admx');
  const adml = xmlOf('windows/en-US/sallyport.adml');
  const policies = all(admx, 'policy');
  const named = (id: string): Element => policies.find((policy) => policy.getAttribute('name') === id)!;
  const KEY = String.raw`SOFTWARE\Policies\Sallyport\Sallyport`;

  it('have a policy for every name in each layer, for the computer, in the keys that are read', () => {
    const key = (suffix: string): (string | null)[] =>
      policies.filter((one) => one.getAttribute('name')?.endsWith(suffix)).map((one) => one.getAttribute('key'));
    expect(attributes(policies, 'name')).toEqual([
      ...NAMES.map((name) => `${name}_Enforced`),
      ...PRESET.map((name) => `${name}_Defaults`),
    ]);
    expect(new Set(attributes(policies, 'class'))).toEqual(new Set(['Machine']));
    expect(new Set(key('_Enforced'))).toEqual(new Set([KEY]));
    expect(new Set(key('_Defaults'))).toEqual(new Set([`${KEY}\\Defaults`]));
    expect(WINDOWS_POLICY_KEY).toBe(`HKEY_LOCAL_MACHINE\\${KEY}`);
  });

  it.each(fields())('ask for $name as it is read: $kind', (field) => {
    for (const layer of field.enforcedOnly ? ['Enforced'] : ['Enforced', 'Defaults']) {
      const policy = named(`${field.name}_${layer}`);
      const [element] = ['text', 'decimal', 'enum', 'multiText']
        .flatMap((tag) => all(policy, tag))
        .filter((one) => one.getAttribute('valueName'));
      const write = (type: string, data: string): unknown =>
        policyOf(
          registryDocument(
            registryKeys(`${WINDOWS_POLICY_KEY}\r\n    ${field.name}    ${type}    ${data}\r\n`),
            WINDOWS_POLICY_KEY,
          ),
        ).enforced[field.name];
      if (field.kind === 'switch') {
        expect(policy.getAttribute('valueName')).toBe(field.name);
        const values = ['enabledValue', 'disabledValue'].map((tag) =>
          all(all(policy, tag)[0]!, 'decimal')[0]!.getAttribute('value'),
        );
        expect(values.map((value) => write('REG_DWORD', `0x${value}`))).toEqual([true, false]);
        continue;
      }
      expect(element?.getAttribute('valueName')).toBe(field.name);
      if (field.kind === 'number') {
        const range = ['minValue', 'maxValue'].map((name) => Number(element!.getAttribute(name)));
        expect(range).toEqual([field.least, field.most]);
        for (const value of range) expect(write('REG_DWORD', `0x${value.toString(16)}`)).toBe(value);
        expect(() => write('REG_DWORD', `0x${(range[1]! + 1).toString(16)}`)).toThrow();
      }
      if (field.kind === 'choice') {
        const words = all(element!, 'string').map((one) => one.textContent ?? '');
        expect(words).toEqual(field.values);
        for (const word of words) expect(write('REG_SZ', word)).toBe(word);
      }
      if (field.kind === 'text') {
        expect(element!.getAttribute('maxLength')).toBe(String(field.longest ?? 1023));
        expect(write('REG_SZ', 'https://a.example')).toBe('https://a.example');
      }
      if (field.kind === 'list') expect(element!.tagName).toBe('multiText');
    }
  });

  it('have a word for everything that is shown, and none for what is not', () => {
    const referred = (kind: string): string[] => [
      ...new Set(
        [...read('windows/sallyport.admx').matchAll(new RegExp(`\\$\\(${kind}\\.([^)]*)\\)`, 'g'))].map((m) => m[1]!),
      ),
    ];
    const given = (tag: string): string[] => attributes(all(adml, tag), 'id');
    // "string" is also what a value in the .admx is; here it is the table's.
    expect(given('string').sort()).toEqual(referred('string').sort());
    expect(given('presentation').sort()).toEqual(referred('presentation').sort());
    for (const id of [...given('string'), ...given('presentation')]) expect(id).toMatch(/^[\p{L}\p{N}_]+$/u);
    for (const one of all(adml, 'presentation')) {
      const box = elementsIn(one)[0]!;
      expect(`${box.getAttribute('refId')}_`).toBe(one.getAttribute('id')!.replace(/(Enforced|Defaults)$/, ''));
    }
  });

  it('name only categories and systems that they define', () => {
    const categories = attributes(all(admx, 'category'), 'name');
    for (const ref of attributes(all(admx, 'parentCategory'), 'ref')) expect(categories).toContain(ref);
    const systems = attributes(all(admx, 'definition'), 'name');
    for (const policy of policies) expect(systems).toContain(all(policy, 'supportedOn')[0]!.getAttribute('ref'));
  });
});
