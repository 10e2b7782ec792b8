import { z } from 'zod';
import { commands } from './commands.ts';
import { MOST_DROPPED } from './most-dropped.ts';

const { terminalId, folder } = commands['files.upload'].input.shape;

/**
 * What preload tells main when files were dropped on a terminal. No command of the page's: the paths come out of the
 * dropped File objects in preload, and nothing that a page writes down becomes one.
 */
export const droppedFilesSchema = z.strictObject({
  terminalId,
  folder,
  paths: z
    .array(z.string().min(1).max(32_768))
    .max(MOST_DROPPED, `At most ${MOST_DROPPED} files or folders can be dropped at once.`),
});
export type DroppedFiles = z.infer<typeof droppedFilesSchema>;
