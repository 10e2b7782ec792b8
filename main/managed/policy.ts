import { ENFORCED_ONLY, type Manageable, manageableSchema } from '../../protocol/ipc/managed.ts';
import { keyIdOf } from '../../protocol/update/release-key.ts';
import { backendOrigin } from '../system-browser.ts';
import { Unusable } from './unusable.ts';

/** What IT says of this computer: what holds whatever the person chooses, and what holds until they choose. */
export interface Layers {
  readonly enforced: Manageable;
  readonly defaults: Manageable;
}
export const NO_LAYERS: Layers = { enforced: {}, defaults: {} };

/** Layers as they were read, and the names in them that this version does not know: a newer one may. */
export interface Policy extends Layers {
  readonly unknown: readonly string[];
}

export const LAYERS = ['enforced', 'defaults'] as const;
type Layer = (typeof LAYERS)[number];
type Name = keyof Manageable;
export const MANAGEABLE_NAMES = Object.keys(manageableSchema.shape) as Name[];

/**
 * The policy in a document {"enforced": {…}, "defaults": {…}}. All of it is good or none of it is used; only names that
 * are not known are passed over. @throws Unusable that names the field
 */
export function policyOf(document: unknown): Policy {
  if (!isRecord(document)) throw new Unusable('it must be an object with "enforced" and "defaults"');
  const unknown: string[] = [];
  for (const name of Object.keys(document)) {
    if (LAYERS.some((layer) => layer === name)) continue;
    refuseAlmost(name, name, LAYERS);
    const known = almost(name, MANAGEABLE_NAMES);
    if (known) throw new Unusable(`"${name}" must stand inside "enforced" or "defaults"`);
    unknown.push(name);
  }
  const enforced = layerOf(document, 'enforced', unknown);
  const defaults = layerOf(document, 'defaults', unknown);
  refuseContradictions(enforced);
  return { enforced, defaults, unknown };
}

function layerOf(document: Record<string, unknown>, layer: Layer, unknown: string[]): Manageable {
  if (!Object.hasOwn(document, layer)) return {};
  const given = document[layer];
  if (!isRecord(given)) throw new Unusable(`"${layer}" must be an object`);
  const usable: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const field = `${layer}.${name}`;
    const known = MANAGEABLE_NAMES.find((one) => one === name);
    if (known === undefined) {
      // A name in other letters is a slip, and a lock that was meant must not be lost by one.
      refuseAlmost(field, name, MANAGEABLE_NAMES);
      unknown.push(field);
      continue;
    }
    if (layer === 'defaults' && ENFORCED_ONLY.some((only) => only === known)) {
      throw new Unusable(`"${field}" can only be enforced`);
    }
    usable[known] = settingOf(known, value, field);
  }
  return usable;
}

function settingOf(name: Name, value: unknown, field: string): unknown {
  const parsed = manageableSchema.shape[name].unwrap().safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const inner = [field, ...(issue?.path ?? [])].map(String).join('.');
    throw new Unusable(`"${inner}" is not valid (${issue?.message ?? 'unknown'})`);
  }
  if (name === 'backendAddress') return origin(String(parsed.data), field);
  if (name === 'updateKeys') refuseMisnamedKeys(parsed.data as NonNullable<Manageable['updateKeys']>, field);
  return parsed.data;
}

function origin(address: string, field: string): string {
  try {
    return backendOrigin(address);
  } catch {
    throw new Unusable(`"${field}" must be the https address of your backend, with nothing after host and port`);
  }
}

/** A key under the name of another would be asked for in vain, or stand for one that was taken back. */
function refuseMisnamedKeys(keys: NonNullable<Manageable['updateKeys']>, field: string): void {
  keys.forEach(({ id, publicKey }, i) => {
    const right = keyIdOf(publicKey);
    if (id !== right) throw new Unusable(`"${field}.${i}.id" is not the name of that key, which is ${right}`);
  });
}

function refuseContradictions({ terminals, connectWith, nativeTerminal }: Manageable): void {
  if (!terminals) return;
  const hasBuiltIn = terminals.includes('built-in');
  const hasNative = terminals.some((id) => id !== 'built-in');
  if ((connectWith === 'built-in' && !hasBuiltIn) || (connectWith === 'native' && !hasNative)) {
    throw new Unusable('"enforced.connectWith" says what "enforced.terminals" does not allow');
  }
  if (nativeTerminal && !terminals.includes(nativeTerminal)) {
    throw new Unusable('"enforced.nativeTerminal" is not among "enforced.terminals"');
  }
}

function almost<T extends string>(name: string, known: readonly T[]): T | undefined {
  return known.find((one) => one.toLowerCase() === name.toLowerCase());
}

function refuseAlmost(field: string, name: string, known: readonly string[]): void {
  const meant = almost(name, known);
  if (meant !== undefined) throw new Unusable(`"${field}" is written "${meant}"`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
