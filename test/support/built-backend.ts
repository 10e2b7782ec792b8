import { join } from 'node:path';
import { ROOT } from '../../scripts/folders.ts';

/** What Node is given to run the backend as it is built: the process is the backend's own, and no wrapper's. */
export const BUILT_BACKEND: readonly string[] = [join(ROOT, 'out/backend/index.js')];
