import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../folders.ts';
import type { Program } from './program.ts';

export async function writePapers(folder: string, _program: Program, _places: readonly string[], _node?: string) {
  await cp(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
}
