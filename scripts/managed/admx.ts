import { WINDOWS_POLICY_KEY } from '../../main/managed/windows.ts';
import { type Field, fields } from './field.ts';
import { NO_TELEMETRY, WORDS } from './words.ts';
import { xml } from './xml.ts';

/** Without the hive: the class of a policy says which one. */
const KEY = WINDOWS_POLICY_KEY.replace('HKEY_LOCAL_MACHINE\\', '');
const NAMESPACE = 'http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions';
const HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!-- Written by scripts/managed-templates.ts. -->';

/** One policy of a group policy editor. */
interface Policy {
  field: Field;
  layer: 'Enforced' | 'Defaults';
}

function policies(): Policy[] {
  const all = fields();
  return [
    ...all.map((field) => ({ field, layer: 'Enforced' as const })),
    ...all.filter((field) => !field.enforcedOnly).map((field) => ({ field, layer: 'Defaults' as const })),
  ];
}

const idOf = ({ field, layer }: Policy): string => `${field.name}_${layer}`;
/** Ids have letters, digits and underscores alone ([MS-GPREG] 7.2, stringReference). */
const wordId = (field: Field, word: string): string => `${field.name}_${word.replaceAll('-', '_')}`;

/** sallyport.admx: what the policies write into the registry ([MS-GPREG] 7.2). Values are those of registry-document.ts. */
export function admx(): string {
  return [
    HEAD,
    `<policyDefinitions xmlns="${NAMESPACE}" revision="1.0" schemaVersion="1.0">`,
    '  <policyNamespaces>',
    '    <target prefix="sallyport" namespace="Sallyport.Policies.Sallyport" />',
    '  </policyNamespaces>',
    '  <resources minRequiredRevision="1.0" />',
    // Of its own, so that it can be imported (Intune) without Windows' own templates.
    '  <supportedOn><definitions>',
    '    <definition name="SUPPORTED_Sallyport" displayName="$(string.SUPPORTED_Sallyport)" />',
    '  </definitions></supportedOn>',
    '  <categories>',
    '    <category name="Sallyport" displayName="$(string.Sallyport)" />',
    ...['Enforced', 'Defaults'].map(
      (layer) =>
        `    <category name="${layer}" displayName="$(string.${layer})" explainText="$(string.${layer}_Explain)"><parentCategory ref="Sallyport" /></category>`,
    ),
    '  </categories>',
    '  <policies>',
    ...policies().flatMap(policyLines),
    '  </policies>',
    '</policyDefinitions>',
    '',
  ].join('\n');
}

function policyLines(policy: Policy): string[] {
  const { field, layer } = policy;
  const id = idOf(policy);
  const key = layer === 'Enforced' ? KEY : `${KEY}\\Defaults`;
  const value = field.kind === 'switch' ? ` valueName="${field.name}"` : '';
  const shown = field.kind === 'switch' ? '' : ` presentation="$(presentation.${id})"`;
  return [
    `    <policy name="${id}" class="Machine" displayName="$(string.${id})" explainText="$(string.${id}_Explain)"${shown} key="${key}"${value}>`,
    `      <parentCategory ref="${layer}" />`,
    '      <supportedOn ref="SUPPORTED_Sallyport" />',
    ...valueLines(field).map((line) => `      ${line}`),
    '    </policy>',
  ];
}

function valueLines(field: Field): string[] {
  const place = `id="${field.name}" valueName="${field.name}"`;
  switch (field.kind) {
    case 'switch':
      return [
        '<enabledValue><decimal value="1" /></enabledValue>',
        '<disabledValue><decimal value="0" /></disabledValue>',
      ];
    case 'text':
      return inElements([
        `<text ${place} required="${field.longest === undefined}" maxLength="${field.longest ?? 1023}" />`,
      ]);
    case 'number':
      return inElements([`<decimal ${place} required="true" minValue="${field.least}" maxValue="${field.most}" />`]);
    case 'list':
      return inElements([`<multiText ${place} required="true" />`]);
    case 'choice':
      return inElements([
        `<enum ${place} required="true">`,
        ...field.values.map(
          (word) =>
            `  <item displayName="$(string.${wordId(field, word)})"><value><string>${xml(word)}</string></value></item>`,
        ),
        '</enum>',
      ]);
    default:
      return field satisfies never;
  }
}

function inElements(lines: string[]): string[] {
  return ['<elements>', ...lines.map((line) => `  ${line}`), '</elements>'];
}

/** sallyport.adml, en-US: the words of sallyport.admx. */
export function adml(): string {
  return [
    HEAD,
    `<policyDefinitionResources xmlns="${NAMESPACE}" revision="1.0" schemaVersion="1.0">`,
    '  <displayName>Sallyport</displayName>',
    '  <description>Just-in-time SSH access from the desktop tray</description>',
    '  <resources>',
    '    <stringTable>',
    ...strings().map(([id, text]) => `      <string id="${id}">${xml(text)}</string>`),
    '    </stringTable>',
    '    <presentationTable>',
    ...policies().flatMap(presentationLines),
    '    </presentationTable>',
    '  </resources>',
    '</policyDefinitionResources>',
    '',
  ].join('\n');
}

function strings(): [id: string, text: string][] {
  return [
    ['Sallyport', 'Sallyport'],
    ['SUPPORTED_Sallyport', 'Sallyport on Windows 10 and later'],
    ['Enforced', 'Enforced: nobody can change it'],
    ['Enforced_Explain', `These hold whatever a person chooses. ${NO_TELEMETRY}`],
    ['Defaults', 'Defaults: until a person chooses'],
    ['Defaults_Explain', `These hold until a person chooses something else. ${NO_TELEMETRY}`],
    ...policies().flatMap((policy): [string, string][] => [
      [idOf(policy), WORDS[policy.field.name].title],
      [`${idOf(policy)}_Explain`, explanation(policy)],
    ]),
    ...fields().flatMap((field): [string, string][] =>
      field.kind === 'choice' ? field.values.map((word) => [wordId(field, word), word]) : [],
    ),
  ];
}

function explanation({ field, layer }: Policy): string {
  const more = {
    deepLinks: ' For none at all, write the one word none.',
    updateKeys: ' Each line: the name of a key, a space, and the key, as "sallyport release" prints them.',
  }[field.name as string];
  const off = field.kind === 'switch' ? ' Disabled: no.' : '';
  const not = layer === 'Enforced' && !field.enforcedOnly ? 'the person chooses' : 'as Sallyport comes';
  return `${WORDS[field.name].text}${more ?? ''}${off} Not configured: ${not}.`;
}

function presentationLines(policy: Policy): string[] {
  const { field } = policy;
  if (field.kind === 'switch') return [];
  const title = xml(WORDS[field.name].title);
  const box = {
    text: `<textBox refId="${field.name}"><label>${title}</label></textBox>`,
    number: `<decimalTextBox refId="${field.name}" defaultValue="0">${title}</decimalTextBox>`,
    list: `<multiTextBox refId="${field.name}">${title}</multiTextBox>`,
    choice: `<dropdownList refId="${field.name}" noSort="true" defaultItem="0">${title}</dropdownList>`,
  }[field.kind];
  return [`      <presentation id="${idOf(policy)}">${box}</presentation>`];
}
