import { adml, admx } from './admx.ts';
import { policySchema } from './json-schema.ts';
import { macProfile } from './mac-profile.ts';
import { SAMPLE } from './sample.ts';

/** Every file of resources/managed, by its path there, with its text. */
export function templates(): Record<string, string> {
  return {
    'policy.schema.json': json(policySchema()),
    'policy.sample.json': json({ $schema: './policy.schema.json', ...SAMPLE }),
    'windows/sallyport.admx': admx(),
    'windows/en-US/sallyport.adml': adml(),
    'macos/sallyport.mobileconfig': macProfile(),
  };
}

/** As our formatter leaves it: short lists stand in one line. */
const json = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(/\[\s+("[^[\]{}]{1,90}")\s+\]/g, (_, list: string) => `[${list.replace(/\s*\n\s*/g, ' ')}]`)}\n`;
