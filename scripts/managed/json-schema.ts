import { z } from 'zod';
import { ENFORCED_ONLY, manageableSchema } from '../../protocol/ipc/managed.ts';
import type { Name } from './field.ts';
import { NO_TELEMETRY, WORDS } from './words.ts';

/**
 * JSON schema of the Linux document. It says what this version knows; names that it does not know are passed over by the
 * app, and are allowed here too.
 */
export function policySchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Sallyport: settings that IT manages (/etc/sallyport/policy.json)',
    description: `What holds on this computer whatever a person chooses ("enforced"), and until they choose ("defaults"). ${NO_TELEMETRY}`,
    type: 'object',
    properties: {
      enforced: layer('Nobody on this computer can change these.', () => true),
      defaults: layer(
        'These hold until a person chooses something else.',
        (name) => !ENFORCED_ONLY.some((only) => only === name),
      ),
    },
  };
}

function layer(description: string, has: (name: Name) => boolean): object {
  const names = (Object.keys(manageableSchema.shape) as Name[]).filter(has);
  return {
    description,
    type: 'object',
    properties: Object.fromEntries(
      names.map((name) => {
        const { $schema: _ours, ...value } = z.toJSONSchema(manageableSchema.shape[name].unwrap());
        return [name, { description: WORDS[name].text, ...value }];
      }),
    ),
  };
}
