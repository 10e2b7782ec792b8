import { isMap, isNode, isPair, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { AppError } from '../../protocol/errors.ts';
import { type Policy, policySchema } from '../../protocol/model/policy.ts';

/**
 * Reads a policy file.
 * @param name what to call the file in the sentence
 * @throws AppError 'policy-invalid' whose sentence names file, line and field; `field` is the dotted path
 */
export function parsePolicy(text: string, name: string): Policy {
  return parseYaml(text, name, policySchema, 'policy-invalid');
}

/** Strict YAML by a schema, with the line and the field of what is wrong. For the policy and the configuration. */
export function parseYaml<S extends z.ZodType>(
  text: string,
  name: string,
  schema: S,
  code: 'policy-invalid' | 'invalid-input',
): z.output<S> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const broken = document.errors[0];
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new AppError(code, `${name}, line ${line}: this is not valid YAML: ${broken.message}.`, { field: '' });
  }
  // A few lines of aliases can stand for gigabytes: none are needed here.
  const parsed = schema.safeParse(toPlain(document, name, code));
  if (parsed.success) return parsed.data;
  // A misspelt name is why another one is missing: say the cause first.
  const { issues } = parsed.error;
  const issue = issues.find((i) => i.code === 'unrecognized_keys') ?? issues[0];
  if (!issue) throw new AppError(code, `${name} is not valid.`, { cause: parsed.error });
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...issue.path, ...(unknown === undefined ? [] : [unknown])];
  const field = path.map(String).join('.');
  const offset = offsetOf(document.contents, path);
  const { line } = lines.linePos(offset);
  const said = /received undefined$/.test(issue.message) ? 'this setting is missing' : issue.message;
  const sentence = unknown === undefined ? said : 'there is no such setting; check the spelling';
  throw new AppError(code, `${name}, line ${line}, "${field}": ${sentence}.`, { field });
}

function toPlain(document: ReturnType<typeof parseDocument>, name: string, code: 'policy-invalid' | 'invalid-input') {
  try {
    return document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch (cause) {
    throw new AppError(code, `${name} uses YAML aliases ("*name"); write the values out.`, { cause });
  }
}

/** Where a path begins in the text: the key of the deepest part of it that is there. */
function offsetOf(contents: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isNode(item.key) && String(item.key) === String(part));
      if (!isPair(pair)) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isNode(node) && 'items' in node && typeof part === 'number') {
      node = (node.items as unknown[])[part];
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
