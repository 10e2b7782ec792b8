/** The settings of a systemd unit, by section; a setting said several times has all its values, an empty one ends them. */
export type Unit = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** systemd.syntax(7), as far as our unit uses it. */
export function parseUnit(text: string): Unit {
  const sections = new Map<string, Map<string, string[]>>();
  let section = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const head = /^\[(\w+)\]$/.exec(line)?.[1];
    if (head !== undefined) {
      section = new Map();
      sections.set(head, section);
      continue;
    }
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`This is no setting: ${line}`);
    section.set(name, value === '' ? [] : [...(section.get(name) ?? []), value]);
  }
  return sections;
}

/** The one value of a setting of [Service]. */
export function serviceSetting(unit: Unit, name: string): string {
  const values = unit.get('Service')?.get(name) ?? [];
  const [value] = values;
  if (value === undefined || values.length !== 1) throw new Error(`The unit says ${name} ${values.length} times.`);
  return value;
}
