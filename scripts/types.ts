// Type-checks each folder against its own tsconfig, all of them even when one fails.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './folders.ts';

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const FOLDERS = ['protocol', 'main', 'preload', 'renderer', 'backend', 'test', 'bench', 'scripts'];

const failed = FOLDERS.filter(
  (folder) => spawnSync(process.execPath, [TSC, '-p', folder], { cwd: ROOT, stdio: 'inherit' }).status !== 0,
);
if (failed.length > 0) {
  console.error(`Types: errors in ${failed.join(', ')}.`);
  process.exit(1);
}
console.log(`Types: ${FOLDERS.length} folders checked.`);
