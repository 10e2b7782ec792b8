// Type-checks each folder against its own tsconfig, all of them even when one fails.
import { spawnSync } from 'node:child_process';

const FOLDERS = ['protocol', 'main', 'preload', 'renderer', 'backend', 'test', 'bench', 'scripts'];

const failed = FOLDERS.filter((folder) => spawnSync('npx', ['tsc', '-p', folder], { stdio: 'inherit' }).status !== 0);
if (failed.length > 0) {
  console.error(`Types: errors in ${failed.join(', ')}.`);
  process.exit(1);
}
console.log(`Types: ${FOLDERS.length} folders checked.`);
