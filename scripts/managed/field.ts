import { z } from 'zod';
import { ENFORCED_ONLY, type Manageable, manageableSchema } from '../../protocol/ipc/managed.ts';

export type Name = keyof Manageable;

/** What kind of value a name takes, as far as the templates need to know. */
export type Field = { name: Name; enforcedOnly: boolean } & (
  | { kind: 'switch' }
  | { kind: 'text'; longest: number | undefined }
  | { kind: 'number'; least: number; most: number }
  | { kind: 'choice'; values: readonly string[] }
  | { kind: 'list' }
);

/** Every name that can be managed, read from the one schema of it. */
export function fields(): Field[] {
  return (Object.keys(manageableSchema.shape) as Name[]).map((name) => ({
    name,
    enforcedOnly: ENFORCED_ONLY.some((only) => only === name),
    ...kindOf(name),
  }));
}

function kindOf(name: Name) {
  const json = z.toJSONSchema(manageableSchema.shape[name].unwrap()) as z.core.JSONSchema.JSONSchema;
  if (json.enum) return { kind: 'choice', values: json.enum as string[] } as const;
  switch (json.type) {
    case 'boolean':
      return { kind: 'switch' } as const;
    case 'string':
      return { kind: 'text', longest: json.maxLength } as const;
    case 'integer':
      return { kind: 'number', least: json.minimum ?? 0, most: json.maximum ?? 0 } as const;
    case 'array':
      return { kind: 'list' } as const;
    default:
      throw new Error(`"${name}" has a kind of value that the templates have no word for.`);
  }
}
