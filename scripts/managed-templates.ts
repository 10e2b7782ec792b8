// Writes resources/managed: what IT needs to manage the app's settings on each system, from the schema of these settings.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './folders.ts';
import { templates } from './managed/templates.ts';

for (const [name, text] of Object.entries(templates())) {
  const file = join(ROOT, 'resources/managed', name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`resources/managed/${name}`);
}
